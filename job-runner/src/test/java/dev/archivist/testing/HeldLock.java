package dev.archivist.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Someone's lock that is in our way, until we have given it up once and come back. */
public final class HeldLock implements AutoCloseable {
  /** The lock that every audited change needs when it commits. */
  public static final String AUDIT = "SELECT FROM archive.audit_tail FOR UPDATE";

  /**
   * Since when sessions of ours wait for the one of this process id, and whether for long: twenty
   * times as long as they may, so that a slow machine is no fault.
   */
  private static final String WAITS =
      """
      SELECT l.waitstart, clock_timestamp() - l.waitstart > interval '2 s'
      FROM pg_locks l
      JOIN pg_stat_activity a ON a.pid = l.pid
      WHERE NOT l.granted AND l.waitstart IS NOT NULL AND a.application_name LIKE 'archivist%'
        AND ?::int = ANY (pg_blocking_pids(l.pid))
      """;

  private final TestDatabase db;
  private final Connection connection;
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final Future<?> lettingGo;

  private HeldLock(TestDatabase db, Connection connection, String pid) {
    this.db = db;
    this.connection = connection;
    this.lettingGo = thread.submit(() -> letGoWhenMetTwice(pid));
    thread.shutdown();
  }

  /**
   * @param statement takes the lock
   */
  public static HeldLock of(TestDatabase db, String statement) {
    try {
      Connection connection = db.connect();
      connection.setAutoCommit(false);
      try (Statement lock = connection.createStatement()) {
        lock.execute("SET application_name = 'someone'");
        lock.execute(statement);
      }
      String pid =
          db.value(
              "SELECT pid FROM pg_stat_activity WHERE application_name = 'someone'"
                  + " AND datname = current_database()");
      return new HeldLock(db, connection, pid);
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private Void letGoWhenMetTwice(String pid) throws SQLException {
    Set<String> waits = new HashSet<>();
    try {
      Eventually.assertThatSoon(
          () -> {
            for (List<String> wait : db.rows(WAITS, pid)) {
              waits.add(wait.get(0));
              if (wait.get(1).equals("t")) {
                throw new IllegalStateException("one of ours waits and keeps others waiting");
              }
            }
            assertThat(waits).as("times that we waited").hasSizeGreaterThan(1);
          });
    } finally {
      connection.rollback();
    }
    return null;
  }

  /** Fails if nobody gave up waiting soon and came back. */
  @Override
  public void close() throws SQLException {
    try {
      lettingGo.get();
    } catch (ExecutionException e) {
      throw new AssertionError("nobody gave up soon and came back", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      connection.close();
    }
  }
}
