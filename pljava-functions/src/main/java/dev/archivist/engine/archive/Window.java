package dev.archivist.engine.archive;

import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.digest.RowSize;
import java.time.OffsetDateTime;

/**
 * What a job will take out of one month.
 *
 * @param month the month, in UTC
 * @param from first instant, inclusive
 * @param to last instant, exclusive: the month's end or the cutoff
 * @param rows live rows in it
 * @param bytes their size by {@link RowSize}; for reports the recorded sizes of their files
 * @param archived rows of the archive that they become: fewer where they are merged
 * @param partition the archive partition they go to, empty where the archive has none
 * @param partitionMissing whether the job has to make it
 */
public record Window(
    Month month,
    OffsetDateTime from,
    OffsetDateTime to,
    long rows,
    long bytes,
    long archived,
    String partition,
    boolean partitionMissing) {
  public Window {
    if (!from.isBefore(to)) {
      throw new IllegalArgumentException("an empty window: " + from + " to " + to);
    }
    if (rows < 0 || bytes < 0) {
      throw new IllegalArgumentException("a window cannot hold less than nothing");
    }
  }
}
