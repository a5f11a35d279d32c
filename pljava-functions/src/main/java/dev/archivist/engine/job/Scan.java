package dev.archivist.engine.job;

import java.time.OffsetDateTime;

/** How a job finds old rows, and how far it has come. */
public sealed interface Scan {
  /** The name as {@code archive.job_progress.scan} has it. */
  String name();

  /**
   * Along an index that begins with the time column, oldest first.
   *
   * @param position rows before this instant were taken; going on from it keeps each batch from
   *     stepping over the dead index entries of all earlier ones
   */
  record Index(OffsetDateTime position) implements Scan {
    @Override
    public String name() {
      return "index";
    }
  }

  /**
   * Through the table's blocks in physical order, by ranges of {@code ctid}; it needs no index and
   * reads the table once.
   *
   * @param position first block of the next batch
   * @param end the table's number of blocks when the job began
   */
  record Blocks(long position, long end) implements Scan {
    @Override
    public String name() {
      return "blocks";
    }
  }
}
