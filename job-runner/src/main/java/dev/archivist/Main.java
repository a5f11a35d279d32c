package dev.archivist;

import dev.archivist.cli.ArchivistCommand;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The program. */
public final class Main {
  private static final int FAILED = 1;

  private Main() {}

  public static void main(String[] args) {
    System.exit(
        run(
            new FileOutputStream(FileDescriptor.out),
            new FileOutputStream(FileDescriptor.err),
            args));
  }

  /**
   * Runs one command line and returns its exit code, which is never 0 where the answer could not be
   * written. That a reader wants no more of it, as {@code head} does, is no failure.
   */
  static int run(OutputStream out, OutputStream err, String... args) {
    WatchedOutput answer = new WatchedOutput(out);
    PrintWriter written = new PrintWriter(answer, true, StandardCharsets.UTF_8);
    PrintWriter said = new PrintWriter(err, true, StandardCharsets.UTF_8);
    int code = ArchivistCommand.execute(System.getenv(), written, said, args);
    written.flush();
    if (answer.failure().isEmpty() || answer.isUnwanted()) {
      return code;
    }
    said.println("archivist: not all of the output could be written: " + answer.failure().get());
    said.println("HINT: What the command did, it did; make room, and ask again.");
    return code == 0 ? FAILED : code;
  }
}
