package dev.archivist.contract;

import dev.archivist.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A second session with a transaction of its own, and a thread in which the call under test can
 * wait for it. Waiting is seen in the database, never guessed by time.
 */
final class Rival implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final TestDatabase db;
  private final Connection connection;
  private final ExecutorService thread = Executors.newSingleThreadExecutor();

  Rival(TestDatabase db) throws SQLException {
    this.db = db;
    this.connection = db.connect();
    execute("SET search_path = pg_catalog, public");
    connection.setAutoCommit(false);
  }

  /** Works in the rival's open transaction. */
  Rival execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
    return this;
  }

  void commit() throws SQLException {
    connection.commit();
  }

  void rollback() throws SQLException {
    connection.rollback();
  }

  /** Starts a call that has to wait for a lock of the rival's, and returns when it waits. */
  <T> Future<T> blocks(Callable<T> call) {
    Future<T> waiting = thread.submit(call);
    long deadline = System.nanoTime() + DEADLINE.toNanos();
    while (!someoneWaits()) {
      if (waiting.isDone() || System.nanoTime() > deadline) {
        throw new AssertionError("the call did not wait for the rival: " + waiting);
      }
      Thread.onSpinWait();
    }
    return waiting;
  }

  /** What the call that waited gave, or threw. */
  static <T> T result(Future<T> waiting) throws Throwable {
    try {
      return waiting.get();
    } catch (ExecutionException e) {
      throw e.getCause();
    }
  }

  private boolean someoneWaits() {
    return db.number(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'
            """)
        > 0;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
    thread.shutdownNow();
  }
}
