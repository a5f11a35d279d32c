package dev.archivist.db.migrate;

import dev.archivist.db.Database;
import dev.archivist.db.Hosts;
import dev.archivist.db.Statements;
import dev.archivist.engine.job.Host;
import java.sql.Connection;
import java.sql.SQLException;

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
    return database.inSession(
        "archivist migrate",
        connection -> {
          boolean engine = Hosts.kind(connection) == Host.IN_DATABASE;
          boolean history = MigrationHistory.isThere(connection);
          return Statements.query(connection, "migration.before")
              .one(
                  row ->
                      new StateBeforeMigration(
                          row.getBoolean("extension"),
                          row.getBoolean("sqlj"),
                          engine,
                          row.getBoolean("schema"),
                          history));
        });
  }

  /** Takes out what was not there; fails rather than take anything else with it. */
  void restore(Database database) {
    database.inSession(
        "archivist migrate",
        connection -> {
          dropUnless(history, connection, "history.drop");
          dropUnless(schema, connection, "migration.drop_schema");
          dropUnless(extension, connection, "migration.drop_extension");
          dropUnless(sqlj, connection, "migration.drop_sqlj");
          connection.commit();
          return null;
        });
  }

  private static void dropUnless(boolean wasThere, Connection connection, String drop)
      throws SQLException {
    if (!wasThere) {
      Statements.query(connection, drop).update();
    }
  }
}
