package dev.archivist.engine.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class MonthTest {
  private static final long MICROSECONDS = 1_000_000;
  private static final long FIRST = at("0001-01-01T00:00:00Z").toEpochSecond();
  private static final long LAST = at("9999-12-31T23:59:59Z").toEpochSecond();

  private static OffsetDateTime at(String instant) {
    return OffsetDateTime.parse(instant);
  }

  @Provide
  Arbitrary<OffsetDateTime> instants() {
    Arbitrary<Long> seconds =
        Arbitraries.oneOf(
            Arbitraries.longs().between(FIRST, LAST),
            months().map(month -> month.atDay(1).atStartOfDay().toEpochSecond(ZoneOffset.UTC)));
    return Combinators.combine(
            seconds,
            Arbitraries.longs().between(0, MICROSECONDS - 1).edgeCases(e -> e.add(0L)),
            Arbitraries.integers().between(-18 * 60, 18 * 60))
        .as(
            (second, micro, offset) ->
                OffsetDateTime.ofInstant(
                    Instant.ofEpochSecond(second, micro * 1000),
                    ZoneOffset.ofTotalSeconds(offset * 60)));
  }

  @Provide
  Arbitrary<YearMonth> months() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 9999), Arbitraries.integers().between(1, 12))
        .as(YearMonth::of);
  }

  @Property
  void anInstantIsInItsMonthAndInNoOther(@ForAll("instants") OffsetDateTime instant) {
    Month month = Month.of(instant);

    assertThat(month.from()).isBeforeOrEqualTo(instant);
    assertThat(month.to()).isAfter(instant);
    assertThat(new Month(month.value().minusMonths(1)).to()).isEqualTo(month.from());
    assertThat(new Month(month.value().plusMonths(1)).from()).isEqualTo(month.to());
  }

  @Property
  void suffixesSortAsMonthsDo(
      @ForAll("months") YearMonth one, @ForAll("months") YearMonth another) {
    Month first = new Month(one);
    Month second = new Month(another);

    assertThat(Integer.signum(first.suffix().compareTo(second.suffix())))
        .isEqualTo(Integer.signum(first.compareTo(second)));
    assertThat(first.suffix()).matches("_\\d{4}_\\d{2}");
  }

  @Property
  void aFirstDayNamesItsMonth(@ForAll("months") YearMonth value) {
    Month month = new Month(value);

    assertThat(Month.ofFirstDay(month.firstDay())).isEqualTo(month);
    assertThat(Month.of(month.from())).isEqualTo(month);
  }

  @Example
  void anyOtherDayIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Month.ofFirstDay("2024-02-29"))
        .withMessage("not the first day of a month: 2024-02-29");
  }
}
