package dev.archivist.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestTag;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Leaves a line that says whether the in-database suite ran, and what ran on newer servers, for the
 * last lines of the build: a suite that is skipped in silence is soon believed to be green. Test
 * JVMs run side by side: each writes down its counts, and the line is their sum.
 */
public final class InDatabaseSuite implements TestExecutionListener {
  private static final Path NOTICE = Path.of("target", "in-database-suite.txt");
  private static final Path COUNTS = Path.of("target", "in-database-suite");
  private static final Path SERVER = COUNTS.resolve("server-is-too-old");

  /** Of this JVM, in all its plans: where several run, each class is a plan. */
  private static final AtomicLong RAN = new AtomicLong();

  private static final AtomicLong ALL = new AtomicLong();
  private static final AtomicLong FAILED = new AtomicLong();
  private static final AtomicLong SKIPPED = new AtomicLong();

  /** Why the tests for a newer server did not run; empty if they did, or were not selected. */
  private static final AtomicReference<String> TOO_OLD = new AtomicReference<>("");

  private TestPlan plan;

  private record Counts(long ran, long failed, long skipped) {
    Counts plus(Counts more) {
      return new Counts(ran + more.ran, failed + more.failed, skipped + more.skipped);
    }

    static Counts read(Path file) {
      try {
        List<String> numbers = Files.readAllLines(file, StandardCharsets.UTF_8);
        return new Counts(
            Long.parseLong(numbers.get(0)),
            Long.parseLong(numbers.get(1)),
            Long.parseLong(numbers.get(2)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void write(Path file) throws IOException {
      Files.writeString(file, ran + "\n" + failed + "\n" + skipped + "\n", StandardCharsets.UTF_8);
    }
  }

  @Override
  public void testPlanExecutionStarted(TestPlan started) {
    plan = started;
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (test.isTest() && result.getStatus() != TestExecutionResult.Status.ABORTED) {
      ALL.incrementAndGet();
    }
    if (!isOurs(test)) {
      return;
    }
    switch (result.getStatus()) {
      case FAILED -> FAILED.incrementAndGet();
      case ABORTED -> SKIPPED.incrementAndGet();
      case SUCCESSFUL -> {}
    }
    if (test.isTest() && result.getStatus() != TestExecutionResult.Status.ABORTED) {
      RAN.incrementAndGet();
    }
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    if (isOurs(test)) {
      SKIPPED.incrementAndGet();
    }
    if (test.getTags().contains(TestTag.create(NeedsPostgres16.TAG))) {
      TOO_OLD.set(reason);
    }
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    try {
      Files.createDirectories(COUNTS);
      try (FileChannel channel =
              FileChannel.open(
                  COUNTS.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        String mine = Long.toString(ProcessHandle.current().pid());
        if (NewerServers.RUNS_ON != null) {
          Path ofServer = Files.createDirectories(COUNTS.resolve(NewerServers.RUNS_ON));
          Files.writeString(ofServer.resolve(mine), ALL.toString(), StandardCharsets.UTF_8);
          Files.deleteIfExists(SERVER);
        } else {
          new Counts(RAN.get(), FAILED.get(), SKIPPED.get())
              .write(COUNTS.resolve(mine + ".counts"));
        }
        if (!TOO_OLD.get().isEmpty()) {
          Files.writeString(SERVER, TOO_OLD.get(), StandardCharsets.UTF_8);
        }
        Files.writeString(
            NOTICE,
            notice(sum()) + noticeOfServer() + noticeOfNewer() + System.lineSeparator(),
            StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Counts sum() throws IOException {
    try (Stream<Path> files = Files.list(COUNTS)) {
      return files
          .filter(file -> file.toString().endsWith(".counts"))
          .map(Counts::read)
          .reduce(new Counts(0, 0, 0), Counts::plus);
    }
  }

  private static String notice(Counts counts) {
    return PlJavaCluster.obstacle()
        .map(why -> "in-database suite: NOT RUN: " + why)
        .orElseGet(
            () ->
                counts.ran() == 0
                    ? "in-database suite: NOT RUN: none of its tests was selected"
                    : "in-database suite: ran "
                        + counts.ran()
                        + " tests on "
                        + PlJavaCluster.description()
                        + (counts.failed() > 0 ? "; " + counts.failed() + " FAILED" : "")
                        + (counts.skipped() > 0 ? "; " + counts.skipped() + " skipped" : ""));
  }

  private static String noticeOfServer() throws IOException {
    return Files.exists(SERVER)
        ? "; tests for PostgreSQL 16 and newer: NOT RUN: "
            + Files.readString(SERVER, StandardCharsets.UTF_8)
        : "";
  }

  private static String noticeOfNewer() throws IOException {
    try (Stream<Path> servers = Files.list(COUNTS)) {
      List<String> ran =
          servers
              .filter(Files::isDirectory)
              .sorted()
              .map(server -> testsIn(server) + " tests on PostgreSQL " + server.getFileName())
              .toList();
      String late =
          Files.exists(NewerServers.TIME_WAS_UP) ? "; the others there: NOT RUN: time was up" : "";
      return (ran.isEmpty() ? "" : "; contract suites: ran " + String.join(", ", ran)) + late;
    }
  }

  private static long testsIn(Path server) {
    try (Stream<Path> files = Files.list(server)) {
      long tests = 0;
      for (Path file : files.toList()) {
        tests += Long.parseLong(Files.readString(file));
      }
      return tests;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Dynamic tests have no tags, only what they are made by. */
  private boolean isOurs(TestIdentifier test) {
    return test.getTags().contains(TestTag.create(NeedsPlJava.TAG))
        || plan.getParent(test).filter(this::isOurs).isPresent();
  }
}
