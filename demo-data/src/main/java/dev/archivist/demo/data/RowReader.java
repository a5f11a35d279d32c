package dev.archivist.demo.data;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/** Reads the rows of one input file; it can be read several times. */
interface RowReader<R> {

  /** What the file is read as, for people. */
  String format();

  /** The time by which the row ages. */
  Instant stampOf(R row);

  /**
   * Reads the file from its start, moves every stamp and hands over the rows in their order.
   *
   * @param tally learns what becomes of every line
   * @throws IOException if the file cannot be read on; rows may have been handed over before
   */
  void read(Duration shift, FileTally tally, Consumer<R> sink) throws IOException;
}
