package dev.archivist.cli;

import dev.archivist.failure.ArchiveFailure;
import java.io.PrintWriter;

/** Prints failures: what, what to do, and with {@code --verbose} the causes. */
final class Failures {
  private Failures() {}

  static void print(PrintWriter err, ArchiveFailure failure, boolean verbose) {
    String message = VisibleControls.indented(failure.getMessage());
    err.println("archivist: " + message + " [" + failure.error().sqlState() + "]");
    if (!failure.hint().isEmpty()) {
      err.println("HINT: " + VisibleControls.indented(failure.hint()));
    }
    if (verbose) {
      failure.printStackTrace(VisibleControls.over(err));
    }
    err.flush();
  }
}
