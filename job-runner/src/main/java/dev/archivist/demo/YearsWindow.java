package dev.archivist.demo;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The three years before {@code to}, half open: {@code [from, to)}, to the microsecond.
 *
 * @param from three calendar years (UTC) before {@code to}
 * @param to the demo's now
 */
public record YearsWindow(Instant from, Instant to) {
  private static final List<ZoneId> ZONES_WITH_DST =
      List.of(ZoneId.of("Europe/Berlin"), ZoneId.of("America/New_York"));

  /** The three years before now. */
  public static YearsWindow endingAt(Instant now) {
    Instant to = now.truncatedTo(ChronoUnit.MICROS);
    return new YearsWindow(to.atOffset(ZoneOffset.UTC).minusYears(3).toInstant(), to);
  }

  /** The length in microseconds. */
  public long micros() {
    return ChronoUnit.MICROS.between(from, to);
  }

  /** The instant that many microseconds after the beginning. */
  public Instant at(long micros) {
    return from.plus(micros, ChronoUnit.MICROS);
  }

  boolean contains(Instant instant) {
    return !instant.isBefore(from) && instant.isBefore(to);
  }

  /**
   * The instants of the window at which software that splits time goes wrong, ascending: where UTC
   * months and years begin, and the microsecond before; a midnight within each month; the leap day;
   * changes of daylight-saving time in Europe and America, and the microsecond before.
   */
  List<Instant> boundaries() {
    TreeSet<Instant> found = new TreeSet<>();
    LocalDate last = to.atOffset(ZoneOffset.UTC).toLocalDate();
    LocalDate day = from.atOffset(ZoneOffset.UTC).toLocalDate();
    for (; !day.isAfter(last); day = day.plusDays(1)) {
      Instant midnight = day.atStartOfDay().toInstant(ZoneOffset.UTC);
      if (day.getDayOfMonth() == 1) {
        found.add(midnight);
        found.add(midnight.minus(1, ChronoUnit.MICROS));
      } else if (day.getDayOfMonth() == 15) {
        found.add(midnight);
      } else if (day.getMonth() == Month.FEBRUARY && day.getDayOfMonth() == 29) {
        found.add(midnight);
        found.add(midnight.plus(12, ChronoUnit.HOURS));
      }
    }
    for (ZoneId zone : ZONES_WITH_DST) {
      ZoneOffsetTransition change = zone.getRules().nextTransition(from);
      while (change != null && change.getInstant().isBefore(to)) {
        found.add(change.getInstant());
        found.add(change.getInstant().minus(1, ChronoUnit.MICROS));
        change = zone.getRules().nextTransition(change.getInstant());
      }
    }
    return found.stream().filter(this::contains).toList();
  }

  /** At most {@code limit} of the boundaries, evenly chosen. */
  List<Instant> boundaries(int limit) {
    List<Instant> all = boundaries();
    if (all.size() <= limit) {
      return all;
    }
    List<Instant> chosen = new ArrayList<>(limit);
    for (int i = 0; i < limit; i++) {
      chosen.add(all.get((int) ((long) i * all.size() / limit)));
    }
    return chosen;
  }

  /**
   * How busy the hour is that begins here, relative to others: quiet nights and weekends, and about
   * a quarter more traffic at the end of the three years than at their beginning.
   */
  double busyness(Instant hour) {
    var utc = hour.atOffset(ZoneOffset.UTC);
    double age = (double) ChronoUnit.MICROS.between(from, hour) / micros();
    double growth = 0.88 + 0.24 * age;
    double daily = 0.3 + 0.7 * (1 - Math.cos(2 * Math.PI * (utc.getHour() - 3) / 24.0)) / 2;
    DayOfWeek day = utc.getDayOfWeek();
    boolean weekend = day == DayOfWeek.SATURDAY || day == DayOfWeek.SUNDAY;
    return growth * daily * (weekend ? 0.45 : 1.0);
  }
}
