package dev.archivist.db.migrate;

import dev.archivist.db.Database;
import dev.archivist.db.Hosts;
import dev.archivist.db.SqlCall;
import dev.archivist.engine.job.Host;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What a migration makes outside its transaction, as it was before: PL/Java wants a session of its
 * own, and Flyway makes schema and history first.
 *
 * @param extension whether PL/Java was in the database
 * @param sqlj whether its schema was; dropping the extension leaves it
 * @param engine whether the engine was in the database
 * @param schema whether schema archive was there
 * @param history whether Flyway's history was
 */
public record StateBeforeMigration(
    boolean extension, boolean sqlj, boolean engine, boolean schema, boolean history) {

  static StateBeforeMigration of(Database database) {
    return SqlCall.get(
        () -> {
          try (Connection connection = database.dedicated("archivist migrate");
              Statement statement = connection.createStatement()) {
            return new StateBeforeMigration(
                is(statement, "EXISTS (SELECT FROM pg_extension WHERE extname = 'pljava')"),
                is(statement, "to_regnamespace('sqlj') IS NOT NULL"),
                Hosts.kind(connection) == Host.IN_DATABASE,
                is(statement, "to_regnamespace('archive') IS NOT NULL"),
                hasHistory(statement));
          }
        });
  }

  static boolean hasHistory(Statement statement) throws SQLException {
    return is(statement, "to_regclass('archive.flyway_schema_history') IS NOT NULL");
  }

  private static boolean is(Statement statement, String condition) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT " + condition)) {
      row.next();
      return row.getBoolean(1);
    }
  }

  /** Takes out what was not there; fails rather than take anything else with it. */
  void restore(Database database) {
    SqlCall.run(
        () -> {
          try (Connection connection = database.dedicated("archivist migrate");
              Statement statement = connection.createStatement()) {
            dropUnless(history, statement, "TABLE IF EXISTS archive.flyway_schema_history");
            dropUnless(schema, statement, "SCHEMA IF EXISTS archive");
            dropUnless(extension, statement, "EXTENSION IF EXISTS pljava");
            dropUnless(sqlj, statement, "SCHEMA IF EXISTS sqlj");
            connection.commit();
          }
        });
  }

  private static void dropUnless(boolean wasThere, Statement statement, String what)
      throws SQLException {
    if (!wasThere) {
      statement.execute("DROP " + what);
    }
  }
}
