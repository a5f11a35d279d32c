package dev.archivist.db;

import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.job.Job;
import dev.archivist.engine.restore.RestoreResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/**
 * Where the engine's Java runs. Both hosts keep the same promises; nothing here commits. See {@link
 * dev.archivist.engine.archive.Archiving} and {@link dev.archivist.engine.restore.Restores} for
 * what each call promises and throws.
 */
interface EngineHost {
  /** The plan as JSON. */
  String plan(Connection connection, String policy) throws SQLException;

  /** Opens a job. */
  Job begin(Connection connection, String policy) throws SQLException;

  BatchResult runBatch(Connection connection, UUID job) throws SQLException;

  /** The same for a batch that failed because of single rows; in a new transaction. */
  BatchResult runBatchPassingBy(Connection connection, UUID job) throws SQLException;

  /** Opens a job that restores; the options are a JSON object. */
  Job beginRestore(Connection connection, String policy, String options) throws SQLException;

  RestoreResult restoreBatch(Connection connection, UUID job) throws SQLException;

  void finish(Connection connection, UUID job, String status, String errorMessage)
      throws SQLException;
}
