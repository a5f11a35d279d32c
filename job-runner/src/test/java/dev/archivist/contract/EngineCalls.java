package dev.archivist.contract;

import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.restore.RestoreResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/**
 * The engine's calls on a connection of the test's own, for promises about sessions that the
 * program itself would never open: another time zone, another role, a transaction rolled back.
 */
interface EngineCalls {
  String plan(Connection connection, String policy) throws SQLException;

  UUID begin(Connection connection, String policy) throws SQLException;

  BatchResult runBatch(Connection connection, UUID job) throws SQLException;

  UUID beginRestore(Connection connection, String policy, String options) throws SQLException;

  RestoreResult restoreBatch(Connection connection, UUID job) throws SQLException;

  void finish(Connection connection, UUID job, String status) throws SQLException;

  /** The role with whose rights the engine works when this login calls it. */
  String worksAs(String login);

  /** Whether the server goes on when a session is killed that the engine works in. */
  boolean outlivesKilledSessions();

  String verify(Connection connection, String policy) throws SQLException;
}
