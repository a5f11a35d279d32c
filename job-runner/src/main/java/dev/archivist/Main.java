package dev.archivist;

import dev.archivist.cli.ArchivistCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The program. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs one command line and returns its exit code. */
  static int run(String... args) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    return ArchivistCommand.execute(System.getenv(), out, err, args);
  }
}
