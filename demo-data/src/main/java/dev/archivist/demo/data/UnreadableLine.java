package dev.archivist.demo.data;

/** Why a line gives no row: lower case, without a full stop. */
final class UnreadableLine extends Exception {
  private static final long serialVersionUID = 1L;

  UnreadableLine(String reason) {
    // Ordinary input, of which a file may hold millions: no stack trace.
    super(reason, null, false, false);
  }

  String reason() {
    return getMessage();
  }
}
