package dev.archivist.demo.data;

import dev.archivist.demo.YearsWindow;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Where old files are moved to so that together they fill the three years before now. Stamps are
 * moved by whole days only, so that hours of the day, order and intervals stay what they were.
 */
final class Placement {
  private Placement() {}

  /**
   * For each file in order how far it is moved into the window, from 0 (its oldest end) to 1 (its
   * youngest). A file stands where half of its bytes stand among all bytes, so that the rows are
   * spread about evenly whatever the sizes; the first one is pinned to the oldest end and the last
   * one to the youngest.
   */
  static List<Double> spread(List<Long> bytes) {
    double all = Math.max(1, bytes.stream().mapToLong(Long::longValue).sum());
    List<Double> places = new ArrayList<>();
    long before = 0;
    for (long size : bytes) {
      places.add((before + size / 2.0) / all);
      before += size;
    }
    if (!places.isEmpty()) {
      places.set(places.size() - 1, 1.0);
      places.set(0, 0.0);
    }
    return places;
  }

  /**
   * The whole days by which stamps from {@code first} to {@code last} are moved. The last one comes
   * to lie before the window's end, always; the first one within the window, if the range fits.
   *
   * @param place from 0 to 1
   */
  static long shiftDays(YearsWindow window, Instant first, Instant last, double place) {
    long slack = Math.max(0, window.micros() - ChronoUnit.MICROS.between(first, last));
    Instant lastWanted = window.to().minus(1 + (long) (slack * (1 - place)), ChronoUnit.MICROS);
    long days = Math.floorDiv(Duration.between(last, lastWanted).toSeconds(), 86_400L);
    boolean tooOld = first.plus(days, ChronoUnit.DAYS).isBefore(window.from());
    boolean roomForADay = last.plus(days + 1, ChronoUnit.DAYS).isBefore(window.to());
    return tooOld && roomForADay ? days + 1 : days;
  }
}
