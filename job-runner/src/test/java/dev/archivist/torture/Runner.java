package dev.archivist.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.archivist.testing.Program;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A process that runs commands of the program, one at a time; a killed one is started anew. */
final class Runner implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 180;

  private final Map<String, String> environment;
  private final List<String> said = new CopyOnWriteArrayList<>();
  private Process process;
  private volatile boolean ending;
  private volatile CompletableFuture<Integer> running = CompletableFuture.completedFuture(0);

  Runner(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Begins a command; the one before has ended. */
  void begin(List<String> arguments) throws IOException, InterruptedException {
    if (ending) {
      process.waitFor();
    }
    if (process == null || !process.isAlive()) {
      start();
    }
    said.clear();
    running = new CompletableFuture<>();
    BufferedWriter commands = process.outputWriter(UTF_8);
    commands.write(String.join(" ", arguments) + "\n");
    commands.flush();
  }

  private void start() throws IOException {
    ending = false;
    process = Program.process(environment, RunnerProcess.class.getName()).start();
    Process started = process;
    Thread listener = new Thread(() -> listen(started), "runner's output");
    listener.setDaemon(true);
    listener.start();
  }

  private void listen(Process started) {
    try (BufferedReader output = started.inputReader(UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        said.add(line);
        if (line.startsWith(RunnerProcess.EXIT_CODE)) {
          running.complete(Integer.valueOf(line.substring(RunnerProcess.EXIT_CODE.length())));
        }
      }
      running.complete(started.waitFor());
    } catch (IOException e) {
      running.completeExceptionally(new UncheckedIOException(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  boolean isRunning() {
    return !running.isDone();
  }

  /** SIGKILL, which leaves the output to be read to its end. */
  void kill() {
    ending = true;
    process.toHandle().destroyForcibly();
  }

  /** SIGTERM. */
  void terminate() {
    ending = true;
    process.toHandle().destroy();
  }

  /** Waits for the command's end: its exit code, or that of the process that was killed. */
  int exitCode() throws Exception {
    try {
      return running.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("the program does not end; it said: " + String.join("\n", said), e);
    }
  }

  @Override
  public void close() {
    if (process != null) {
      kill();
    }
  }
}
