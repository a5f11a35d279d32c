package dev.archivist.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** The program as a process of its own, killed with its test. */
public final class Program implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int POLL_MILLIS = 20;

  /** A build in the background may ignore these, and what it starts would, too. */
  private static final List<String> DEFAULT_SIGNALS = defaultSignals();

  private final Process process;
  private final Path output;

  /** GNU's env sets them; where there is another, the build's own signals count. */
  private static List<String> defaultSignals() {
    List<String> setting = List.of("env", "--default-signal=INT,HUP");
    List<String> trying = new ArrayList<>(setting);
    trying.add("true");
    try {
      return new ProcessBuilder(trying).start().waitFor() == 0 ? setting : List.of();
    } catch (IOException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  private Program(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /**
   * Starts it with the environment of the other, and 128 MiB.
   *
   * @param output the file that gets what it says
   */
  public static Program start(Archivist archivist, Path output, String... arguments)
      throws IOException {
    ProcessBuilder builder =
        process(archivist.environment(), "dev.archivist.Main", arguments)
            .redirectOutput(output.toFile());
    return new Program(builder.start(), output);
  }

  /** The same at a terminal of its own, whose keys {@link #type} presses. */
  public static Program startAtATerminal(Archivist archivist, Path output, String... arguments)
      throws IOException {
    ProcessBuilder program = process(archivist.environment(), "dev.archivist.Main", arguments);
    String quoted =
        program.command().stream()
            .map(word -> "'" + word.replace("'", "'\\''") + "'")
            .collect(Collectors.joining(" "));
    program.command("script", "--quiet", "--return", "--flush", "--command", quoted, "/dev/null");
    return new Program(program.redirectOutput(output.toFile()).start(), output);
  }

  /** Presses keys. */
  public Program type(String keys) throws IOException {
    process.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
    return this;
  }

  /** Sends a signal, by its name. */
  public Program signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-s", name, Long.toString(process.pid())).start().waitFor();
    return this;
  }

  /** A process like it: this environment and none of our variables besides, 128 MiB. */
  public static ProcessBuilder process(
      Map<String, String> environment, String main, String... arguments) {
    List<String> command = new ArrayList<>(DEFAULT_SIGNALS);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // It lives for seconds: the second compiler would cost more than it saves.
    command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(main);
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(Program::isOurs);
    builder.environment().putAll(environment);
    return builder;
  }

  private static boolean isOurs(String variable) {
    return variable.startsWith("ARCHIV")
        || variable.startsWith("AWS_")
        || variable.startsWith("REPORTS_")
        || variable.equals("DATABASE_URL");
  }

  /** What it has said so far. */
  public String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks it to stop, as an operator or a service manager does. */
  public Program terminate() {
    process.destroy();
    return this;
  }

  /** Ends it at once; nothing of it runs any more. */
  public Program kill() {
    process.destroyForcibly();
    return this;
  }

  /** Waits for its end. */
  public int exitCode() {
    return exitCodeWithin(PATIENCE);
  }

  /** Waits for its end, no longer than this. */
  public int exitCodeWithin(Duration patience) {
    assertThat(endsWithin(patience.toMillis())).as("ended; it said: " + output()).isTrue();
    return process.exitValue();
  }

  /** Waits until something is so while the program runs. */
  public void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(endsWithin(POLL_MILLIS)).as("ended before " + what + ": " + output()).isFalse();
      assertThat(System.nanoTime()).as("waited for: " + what).isLessThan(deadline);
    }
  }

  private boolean endsWithin(long millis) {
    try {
      return process.waitFor(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  @Override
  public void close() {
    kill();
    endsWithin(PATIENCE.toMillis());
  }
}
