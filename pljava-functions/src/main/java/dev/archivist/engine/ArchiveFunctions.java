package dev.archivist.engine;

import dev.archivist.engine.archive.Archiving;
import dev.archivist.engine.archive.PlanDocument;
import dev.archivist.engine.archive.Planner;
import dev.archivist.engine.archive.RowFailures;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.job.Host;
import dev.archivist.engine.job.Jobs;
import dev.archivist.engine.policy.Policies;
import dev.archivist.engine.restore.RestoreResult;
import dev.archivist.engine.restore.Restores;
import dev.archivist.engine.sql.Savepoints;
import dev.archivist.engine.verify.Verification;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/**
 * The functions of schema {@code archive} as PL/Java calls them: each opens the backend's own
 * connection and delegates, nothing else.
 */
public final class ArchiveFunctions {
  private ArchiveFunctions() {}

  /** {@code archive.plan(policy text) returns jsonb}. */
  public static String plan(String policy) throws SQLException {
    return call(
        connection ->
            PlanDocument.render(
                connection, Planner.plan(connection, Policies.named(connection, policy))));
  }

  /** {@code archive.begin_job(policy text) returns uuid}. */
  public static String beginJob(String policy) throws SQLException {
    return call(
        connection -> Archiving.begin(connection, policy, Host.IN_DATABASE).id().toString());
  }

  /** {@code archive.run_batch(job uuid, OUT …) returns record}. */
  public static boolean runBatch(String job, ResultSet result) throws SQLException {
    return call(
        connection -> {
          UUID id = UUID.fromString(job);
          BatchResult batch =
              Savepoints.attempt(
                  connection,
                  RowFailures::mayBePassedBy,
                  () -> Archiving.runBatch(connection, id),
                  failure -> Archiving.runBatchPassingBy(connection, id));
          result.updateLong(1, batch.processed());
          result.updateLong(2, batch.archived());
          result.updateLong(3, batch.deleted());
          result.updateLong(4, batch.bytes());
          result.updateBoolean(5, batch.done());
          return true;
        });
  }

  /** {@code archive.finish_job(job uuid, status text, error_message text) returns void}. */
  public static void finishJob(String job, String status, String errorMessage) throws SQLException {
    call(
        connection -> {
          Jobs.finish(connection, job == null ? null : UUID.fromString(job), status, errorMessage);
          return null;
        });
  }

  /** {@code archive.begin_restore(policy text, options jsonb) returns uuid}; SQL adds the range. */
  public static String beginRestore(String policy, String options) throws SQLException {
    return call(
        connection ->
            Restores.begin(connection, policy, Host.IN_DATABASE, options).id().toString());
  }

  /** {@code archive.restore_batch(job uuid, OUT …) returns record}. */
  public static boolean restoreBatch(String job, ResultSet result) throws SQLException {
    return call(
        connection -> {
          RestoreResult batch = Restores.runBatch(connection, UUID.fromString(job));
          result.updateLong(1, batch.restored());
          result.updateLong(2, batch.present());
          result.updateLong(3, batch.bytes());
          result.updateBoolean(4, batch.done());
          return true;
        });
  }

  /** {@code archive.verify(policy text) returns jsonb}. */
  public static String verify(String policy) throws SQLException {
    return call(connection -> Verification.verify(connection, Policies.named(connection, policy)));
  }

  @FunctionalInterface
  private interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  /**
   * PL/Java loads classes and files when they are first used, by queries that a timeout or a
   * cancellation can hit. It then takes them for missing, and the JVM remembers that of a class: so
   * the caller is told to reconnect. The words are here because no other class need be there.
   */
  private static <T> T call(Work<T> work) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:default:connection")) {
      return ServerErrors.raising(connection, () -> work.on(connection));
    } catch (LinkageError e) {
      throw new SQLException(
          "the engine was not loaded whole, because the call was cancelled or timed out while it"
              + " was; reconnect and call again ("
              + e.getMessage()
              + ")",
          "ZA009",
          e);
    }
  }
}
