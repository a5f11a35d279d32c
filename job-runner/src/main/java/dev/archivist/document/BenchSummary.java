package dev.archivist.document;

import java.util.List;

/**
 * How fast rows moved.
 *
 * @param ways each way to move them
 * @param costOfDigest what the content digest adds to a move's time, as a part of it
 */
public record BenchSummary(List<Way> ways, double costOfDigest) {
  public BenchSummary {
    ways = List.copyOf(ways);
  }

  /**
   * A way.
   *
   * @param way its name
   * @param rows rows that it moved in each round
   * @param millis the time of each round
   * @param rowsPerSecond rows a second in the median round
   */
  public record Way(String way, long rows, List<Long> millis, long rowsPerSecond) {
    public Way {
      millis = List.copyOf(millis);
    }
  }
}
