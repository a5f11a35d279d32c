package dev.archivist.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.launcher.PostDiscoveryFilter;

/**
 * Ends what runs on newer servers at the instant that {@code ARCHIVIST_TEST_NEWER_UNTIL} names, in
 * seconds since 1970, so that a build on a slow machine ends in time. The build's last line says
 * so.
 */
public final class NewerServers implements PostDiscoveryFilter {
  /** The newer server that this run is on; null where it is the one that all tests run on. */
  static final String RUNS_ON = System.getProperty("archivist.test.postgresql");

  static final Path TIME_WAS_UP = Path.of("target", "in-database-suite", "time-was-up");

  private static final String UNTIL = System.getenv("ARCHIVIST_TEST_NEWER_UNTIL");

  @Override
  public FilterResult apply(TestDescriptor test) {
    if (RUNS_ON == null
        || UNTIL == null
        || Instant.now().getEpochSecond() < Long.parseLong(UNTIL)) {
      return FilterResult.included("there is time");
    }
    try {
      Files.createDirectories(TIME_WAS_UP.getParent());
      Files.writeString(TIME_WAS_UP, RUNS_ON);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return FilterResult.excluded("time is up");
  }
}
