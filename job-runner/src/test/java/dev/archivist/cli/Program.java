package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.testing.Archivist;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The program as a process of its own, killed with its test. */
final class Program implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int POLL_MILLIS = 20;

  private final Process process;
  private final Path output;

  private Program(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Starts it with the environment of the other, and 128 MiB. */
  static Program start(Archivist archivist, Path output, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add("dev.archivist.Main");
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().keySet().removeIf(Program::isOurs);
    builder.environment().putAll(archivist.environment());
    return new Program(builder.start(), output);
  }

  private static boolean isOurs(String variable) {
    return variable.startsWith("ARCHIV")
        || variable.startsWith("AWS_")
        || variable.startsWith("REPORTS_")
        || variable.equals("DATABASE_URL");
  }

  String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks it to stop, as an operator or a service manager does. */
  Program terminate() {
    process.destroy();
    return this;
  }

  Program kill() {
    process.destroyForcibly();
    return this;
  }

  /** Waits for its end. */
  int exitCode() {
    return exitCodeWithin(PATIENCE);
  }

  int exitCodeWithin(Duration patience) {
    assertThat(endsWithin(patience.toMillis())).as("ended; it said: " + output()).isTrue();
    return process.exitValue();
  }

  /** Waits until something is so while the program runs. */
  void await(String what, BooleanSupplier condition) {
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
