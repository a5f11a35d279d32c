package dev.archivist.demo.data;

import java.time.Instant;
import java.util.Optional;

/**
 * Knows one log format. A parser reads the lines of one file in their order, each once; it may
 * remember what it has seen.
 */
interface LogParser {

  /**
   * What the first line of an entry says.
   *
   * @param at when it was written
   * @param source the program that wrote it
   */
  record EntryStart(Instant at, String source) {}

  /**
   * Reads a line that is not blank.
   *
   * @return the entry that begins here; empty if the line continues the one before
   * @throws UnreadableLine if it does neither; the entry before ends
   */
  Optional<EntryStart> read(String line) throws UnreadableLine;

  /**
   * The message of a finished entry, for its preview: the whole entry, unless the format wraps it.
   *
   * @param entry all lines of the entry with their line ends, but for the last
   * @throws UnreadableLine if it turns out to be broken; then none of its lines could be read
   */
  default String message(String entry) throws UnreadableLine {
    return entry;
  }
}
