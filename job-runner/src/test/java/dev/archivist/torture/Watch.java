package dev.archivist.torture;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Sees in the database how far a running program has come. */
final class Watch {
  private static final String ANY_POLICY = "%";

  /** Often enough to act between two batches, seldom enough to leave the machine to the program. */
  private static final long PAUSE_NANOS = 2_000_000;

  private final World world;
  private final Runner runner;
  private final OffsetDateTime begun;

  /** Looks at jobs from now on. */
  Watch(World world, Runner runner) throws SQLException {
    this.world = world;
    this.runner = runner;
    try (Connection connection = world.connect();
        PreparedStatement ask = connection.prepareStatement("SELECT clock_timestamp()");
        ResultSet answer = ask.executeQuery()) {
      answer.next();
      this.begun = answer.getObject(1, OffsetDateTime.class);
    }
  }

  Runner runner() {
    return runner;
  }

  /** Waits for the first job; false if the program ended without one. */
  boolean awaitJob() throws SQLException {
    return awaitBatches(ANY_POLICY, 0, () -> false);
  }

  /**
   * Waits until a job of the policy has committed so many batches.
   *
   * @return false if the program, or the wait, was over before
   */
  boolean awaitBatches(String policy, int batches, BooleanSupplier over) throws SQLException {
    while (!over.getAsBoolean() && runner.isRunning()) {
      try (Connection connection = world.connect()) {
        return look(connection, policy, batches, over);
      } catch (SQLException e) {
        if (!World.isConnectionLost(e)) {
          throw e;
        }
      }
    }
    return false;
  }

  private boolean look(Connection connection, String policy, int batches, BooleanSupplier over)
      throws SQLException {
    try (PreparedStatement look =
        connection.prepareStatement(
            "SELECT FROM archive.jobs WHERE job_type LIKE ? AND created_at > ? AND batches >= ?")) {
      look.setString(1, policy);
      look.setObject(2, begun);
      look.setInt(3, batches);
      while (!over.getAsBoolean() && runner.isRunning()) {
        try (ResultSet found = look.executeQuery()) {
          if (found.next()) {
            return true;
          }
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      return false;
    }
  }
}
