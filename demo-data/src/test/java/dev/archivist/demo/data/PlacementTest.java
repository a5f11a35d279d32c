package dev.archivist.demo.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.demo.YearsWindow;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class PlacementTest {
  private static final Instant NOW = Instant.parse("2026-11-20T13:37:42.123456Z");
  private static final YearsWindow WINDOW = YearsWindow.endingAt(NOW);
  private static final long DAY = 86_400;

  @Test
  void files_are_spread_by_their_bytes_from_the_oldest_end_to_the_youngest() {
    assertThat(Placement.spread(List.of())).isEmpty();
    assertThat(Placement.spread(List.of(5L))).containsExactly(0.0);
    assertThat(Placement.spread(List.of(0L, 0L))).containsExactly(0.0, 1.0);
    assertThat(Placement.spread(List.of(1L, 6L, 2L, 1L))).containsExactly(0.0, 0.4, 0.8, 1.0);
  }

  @Property
  void a_range_that_fits_comes_to_lie_within_the_window(
      @ForAll @LongRange(min = -4_000_000_000L, max = 4_000_000_000L) long firstSecond,
      @ForAll @LongRange(max = 1094 * DAY) long length,
      @ForAll @DoubleRange(max = 1.0) double place) {
    Instant first = Instant.ofEpochSecond(firstSecond);
    Instant last = first.plusSeconds(length);

    long days = Placement.shiftDays(WINDOW, first, last, place);

    assertThat(first.plus(days, ChronoUnit.DAYS)).isAfterOrEqualTo(WINDOW.from());
    assertThat(last.plus(days, ChronoUnit.DAYS)).isBefore(NOW);
  }

  @Property
  void a_range_of_more_than_three_years_ends_before_now(
      @ForAll @LongRange(min = 1095 * DAY, max = 20_000 * DAY) long length) {
    Instant last = Instant.EPOCH.plusSeconds(length);

    Instant moved = last.plus(Placement.shiftDays(WINDOW, Instant.EPOCH, last, 0), ChronoUnit.DAYS);

    assertThat(moved).isBefore(NOW).isAfter(NOW.minus(3, ChronoUnit.DAYS));
  }
}
