package dev.archivist.engine.catalog;

import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Locale;

/** A month in UTC: the half-open range {@code [from, to)} that one partition holds. */
public record Month(YearMonth value) implements Comparable<Month> {
  /**
   * Rows older than this cannot be placed in a month named by four digits; like NULL and infinite
   * times they are reported and stay where they are.
   */
  public static final OffsetDateTime EARLIEST =
      OffsetDateTime.of(1, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

  /** The month that holds the instant, in UTC. */
  public static Month of(OffsetDateTime instant) {
    return new Month(YearMonth.from(instant.withOffsetSameInstant(ZoneOffset.UTC)));
  }

  /**
   * @param firstDay ISO date of the month's first day, e.g. {@code 2024-02-01}
   */
  public static Month ofFirstDay(String firstDay) {
    LocalDate day = LocalDate.parse(firstDay);
    if (day.getDayOfMonth() != 1) {
      throw new IllegalArgumentException("not the first day of a month: " + firstDay);
    }
    return new Month(YearMonth.from(day));
  }

  /** First instant of the month. */
  public OffsetDateTime from() {
    return value.atDay(1).atStartOfDay().atOffset(ZoneOffset.UTC);
  }

  /** First instant after the month. */
  public OffsetDateTime to() {
    return value.plusMonths(1).atDay(1).atStartOfDay().atOffset(ZoneOffset.UTC);
  }

  /** ISO date of the first day. */
  public String firstDay() {
    return value.atDay(1).toString();
  }

  /** What the partition's name has behind the archive table's: {@code _2024_02}. */
  public String suffix() {
    return String.format(Locale.ROOT, "_%04d_%02d", value.getYear(), value.getMonthValue());
  }

  @Override
  public int compareTo(Month other) {
    return value.compareTo(other.value);
  }

  /** {@code 2024-02}. */
  @Override
  public String toString() {
    return value.toString();
  }
}
