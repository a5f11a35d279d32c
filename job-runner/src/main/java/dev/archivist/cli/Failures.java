package dev.archivist.cli;

import dev.archivist.failure.ArchiveFailure;
import java.io.PrintWriter;

/** Prints failures: what, what to do, and with {@code --verbose} the causes. */
final class Failures {
  private Failures() {}

  static void print(PrintWriter err, ArchiveFailure failure, boolean verbose) {
    err.println("archivist: " + failure.getMessage() + " [" + failure.error().sqlState() + "]");
    if (!failure.hint().isEmpty()) {
      err.println("HINT: " + failure.hint());
    }
    if (verbose) {
      failure.printStackTrace(err);
    }
    err.flush();
  }
}
