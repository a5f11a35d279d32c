package dev.archivist;

import dev.archivist.cli.ArchivistCommand;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The program. */
public final class Main {
  private static final int FAILED = 1;
  private static final int STANDARD_OUTPUT = 1;

  private Main() {}

  public static void main(String[] args) {
    WatchedOutput out =
        new WatchedOutput(
            new FileOutputStream(FileDescriptor.out), () -> WatchedOutput.isPipe(STANDARD_OUTPUT));
    System.exit(run(out, new FileOutputStream(FileDescriptor.err), args));
  }

  /**
   * Runs one command line and returns its exit code, which is never 0 where the answer could not be
   * written. That a reader wants no more of it, as {@code head} does, is no failure.
   */
  static int run(WatchedOutput out, OutputStream err, String... args) {
    PrintWriter written = new PrintWriter(out, true, StandardCharsets.UTF_8);
    PrintWriter said = new PrintWriter(err, true, StandardCharsets.UTF_8);
    int code = ArchivistCommand.execute(System.getenv(), written, said, args);
    written.flush();
    Optional<String> failure = out.failure();
    failure.ifPresent(
        why -> {
          said.println("archivist: not all of the output could be written: " + why);
          said.println("HINT: The command itself ended as it would have; only its output is cut.");
        });
    return failure.isPresent() && code == 0 ? FAILED : code;
  }
}
