package dev.archivist.db.migrate;

import dev.archivist.db.Database;
import dev.archivist.db.SqlCall;
import dev.archivist.db.Transactions;
import dev.archivist.failure.ArchiveFailure;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Takes functions, jar and views out of a database, never archived data. */
public final class Uninstall {
  private static final String ROUTINES =
      "SELECT format('DROP ROUTINE %s', p.oid::regprocedure) FROM pg_proc p"
          // what tables need stays with them
          + " WHERE p.pronamespace = 'archive'::regnamespace AND p.prorettype <> 'trigger'::regtype"
          + " AND p.proowner <> 'archive_auditor'::regrole ORDER BY p.prokind, p.proname";
  private static final String VIEWS =
      "SELECT format('DROP VIEW %s', c.oid::regclass) FROM pg_class c"
          + " JOIN pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE c.relkind = 'v' AND c.relowner = 'archive_owner'::regrole"
          + " AND n.nspname <> 'archive' ORDER BY c.relname";

  private Uninstall() {}

  /**
   * What was taken out and what was left.
   *
   * @param dropped statements that ran
   * @param left relations with data that stay
   */
  public record Result(List<String> dropped, List<String> left) {}

  /**
   * One transaction: all or nothing.
   *
   * @throws ArchiveFailure {@code ZA001} while a job runs, {@code ZA019} if somebody is in the way
   *     for minutes
   */
  public static Result run(Database database) {
    return run(database, new SchemaChange());
  }

  static Result run(Database database, SchemaChange change) {
    return change.make(() -> once(database));
  }

  private static Result once(Database database) {
    return SqlCall.get(
        () -> {
          try (Connection connection = database.dedicated("archivist uninstall")) {
            return Transactions.commit(
                connection, () -> uninstall(connection, database.settings().appSchema()));
          }
        });
  }

  private static Result uninstall(Connection connection, String appSchema) throws SQLException {
    List<String> dropped = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      statement.execute(SchemaChange.SHORT_WAITS);
      EngineJarMigration.refuseWhileJobsRun(connection);
      // With the schema named in the search path the names come out whole.
      statement.execute("SET LOCAL search_path = pg_catalog, pg_temp");
      List<String> statements = texts(statement, VIEWS);
      statements.addAll(texts(statement, ROUTINES));
      for (String drop : statements) {
        statement.execute(drop);
        dropped.add(drop);
      }
      for (String jar : PlJava.jars(statement)) {
        statement.execute("SELECT sqlj.remove_jar('" + jar + "', false)");
        dropped.add("jar " + jar);
      }
      statement.execute("DELETE FROM archive.engine_jar");
      // So that a later migrate makes them again.
      statement.execute(
          "DELETE FROM archive.flyway_schema_history WHERE version IS NULL AND type <> 'SCHEMA'");
      List<String> left = left(statement);
      left.add(appSchema + ".archive_jobs");
      return new Result(dropped, left);
    }
  }

  private static List<String> left(Statement statement) throws SQLException {
    return texts(
        statement,
        "SELECT DISTINCT format('%I.%I', p.archive_schema, p.archive_table) FROM archive.policies p"
            + " UNION ALL SELECT 'schema archive (policies, batches,"
            + " ledger, audit, scheduler, history)' UNION ALL SELECT 'schema archive_bin (months past their"
            + " retention)' UNION ALL SELECT 'roles archive_owner, archive_auditor,"
            + " archive_operator, archive_reader' UNION ALL SELECT 'extension pljava' FROM pg_extension"
            + " WHERE extname = 'pljava'");
  }

  private static List<String> texts(Statement statement, String query) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        texts.add(row.getString(1));
      }
    }
    return texts;
  }
}
