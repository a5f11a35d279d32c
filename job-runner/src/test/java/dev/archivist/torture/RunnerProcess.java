package dev.archivist.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.archivist.cli.ArchivistCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;

/**
 * The program again and again in one process, until that is killed: most of a round would else be
 * the start of a JVM. It reads a line of arguments, and says the exit code.
 */
final class RunnerProcess {
  static final String EXIT_CODE = "exit code ";

  private RunnerProcess() {}

  public static void main(String[] args) throws IOException {
    PrintWriter out = new PrintWriter(System.out, true, UTF_8);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.println(EXIT_CODE + ArchivistCommand.execute(System.getenv(), out, out, line.split(" ")));
    }
  }
}
