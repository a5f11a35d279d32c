package dev.archivist.demo;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Log rows over three years. Each hour gets its share of the rows by how busy it is; the boundary
 * instants get one row each on top. Rows come in the order of their stamps but for a few neighbours
 * that changed places, as in a table that several services write to.
 */
final class GeneratedLogs {
  /** Boundary instants may take at most this share of the rows. */
  private static final int BOUNDARY_SHARE = 4;

  private final YearsWindow window;
  private final int rows;
  private final List<Instant> boundaries;
  private final GeneratedMessages messages;
  private final SplittableRandom random;

  GeneratedLogs(long seed, YearsWindow window, List<DemoScenario> scenarios, int rows) {
    this.window = window;
    this.rows = rows;
    this.boundaries = window.boundaries(rows / BOUNDARY_SHARE);
    this.random = new SplittableRandom(seed);
    this.messages = new GeneratedMessages(scenarios, random.split());
  }

  void each(Consumer<LogRow> sink) {
    double[] busyUntil = cumulatedBusyness();
    double total = busyUntil[busyUntil.length - 1];
    int byRhythm = rows - boundaries.size();
    long given = 0;
    int boundary = 0;
    for (int hour = 0; hour < busyUntil.length; hour++) {
      long due = (long) (byRhythm * (busyUntil[hour] / total));
      Instant end = hourEnd(hour);
      int firstBoundary = boundary;
      while (boundary < boundaries.size() && boundaries.get(boundary).isBefore(end)) {
        boundary++;
      }
      long[] stamps = new long[Math.toIntExact(due - given) + boundary - firstBoundary];
      for (int i = firstBoundary; i < boundary; i++) {
        stamps[i - firstBoundary] = ChronoUnit.MICROS.between(window.from(), boundaries.get(i));
      }
      draw(stamps, boundary - firstBoundary, hourStart(hour), end);
      for (long stamp : stamps) {
        sink.accept(messages.next(window.at(stamp)));
      }
      given = due;
    }
  }

  /** Fills the rest of the array with stamps within the hour and sorts it, nearly. */
  private void draw(long[] stamps, int from, Instant start, Instant end) {
    long first = ChronoUnit.MICROS.between(window.from(), start);
    long length = ChronoUnit.MICROS.between(start, end);
    for (int i = from; i < stamps.length; i++) {
      stamps[i] = first + random.nextLong(length);
    }
    Arrays.sort(stamps);
    for (int i = 1; i < stamps.length; i++) {
      if (random.nextInt(100) == 0) {
        long later = stamps[i];
        stamps[i] = stamps[i - 1];
        stamps[i - 1] = later;
      }
    }
  }

  private double[] cumulatedBusyness() {
    Instant firstHour = window.from().truncatedTo(ChronoUnit.HOURS);
    long micros = ChronoUnit.MICROS.between(firstHour, window.to());
    long hourMicros = ChronoUnit.HOURS.getDuration().toNanos() / 1000;
    double[] busyUntil = new double[Math.toIntExact((micros + hourMicros - 1) / hourMicros)];
    double sum = 0;
    for (int hour = 0; hour < busyUntil.length; hour++) {
      double share = (double) ChronoUnit.MICROS.between(hourStart(hour), hourEnd(hour));
      sum += window.busyness(hourStart(hour)) * share / hourMicros;
      busyUntil[hour] = sum;
    }
    return busyUntil;
  }

  private Instant hourStart(int hour) {
    Instant start = window.from().truncatedTo(ChronoUnit.HOURS).plus(hour, ChronoUnit.HOURS);
    return start.isBefore(window.from()) ? window.from() : start;
  }

  private Instant hourEnd(int hour) {
    Instant end = window.from().truncatedTo(ChronoUnit.HOURS).plus(hour + 1L, ChronoUnit.HOURS);
    return end.isAfter(window.to()) ? window.to() : end;
  }
}
