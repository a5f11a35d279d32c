package dev.archivist.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestTag;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Leaves a line that says whether the in-database suite ran, for the last lines of the build: a
 * suite that is skipped in silence is soon believed to be green.
 */
public final class InDatabaseSuite implements TestExecutionListener {
  private static final Path NOTICE = Path.of("target", "in-database-suite.txt");

  private final AtomicLong ran = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong skipped = new AtomicLong();

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (!isOurs(test)) {
      return;
    }
    switch (result.getStatus()) {
      case FAILED -> failed.incrementAndGet();
      case ABORTED -> skipped.incrementAndGet();
      case SUCCESSFUL -> {}
    }
    if (test.isTest() && result.getStatus() != TestExecutionResult.Status.ABORTED) {
      ran.incrementAndGet();
    }
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    if (isOurs(test)) {
      skipped.incrementAndGet();
    }
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    try {
      Files.createDirectories(NOTICE.getParent());
      Files.writeString(NOTICE, notice() + System.lineSeparator(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String notice() {
    return PlJavaCluster.obstacle()
        .map(why -> "in-database suite: NOT RUN: " + why)
        .orElseGet(
            () ->
                ran.get() == 0
                    ? "in-database suite: NOT RUN: none of its tests was selected"
                    : "in-database suite: ran "
                        + ran
                        + " tests on "
                        + PlJavaCluster.description()
                        + (failed.get() > 0 ? "; " + failed + " FAILED" : "")
                        + (skipped.get() > 0 ? "; " + skipped + " skipped" : ""));
  }

  private static boolean isOurs(TestIdentifier test) {
    return test.getTags().contains(TestTag.create(NeedsPlJava.TAG));
  }
}
