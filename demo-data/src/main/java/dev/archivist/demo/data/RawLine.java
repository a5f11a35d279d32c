package dev.archivist.demo.data;

/** A line of a file as it is, before anybody decides what it means. */
final class RawLine {
  private final long number;
  private final byte[] bytes;
  private final String terminator;
  private final boolean tooLong;

  RawLine(long number, byte[] bytes, String terminator, boolean tooLong) {
    this.number = number;
    this.bytes = bytes;
    this.terminator = terminator;
    this.tooLong = tooLong;
  }

  /** From 1. */
  long number() {
    return number;
  }

  /** Its bytes without the terminator. */
  byte[] bytes() {
    return bytes;
  }

  /** LF, CRLF, CR, or nothing at the end of a file that does not end its last line. */
  String terminator() {
    return terminator;
  }

  /** Whether it was longer than {@link LineReader#MAX_BYTES}; then only its beginning is here. */
  boolean tooLong() {
    return tooLong;
  }
}
