package dev.archivist.db.migrate;

import dev.archivist.db.Database;
import dev.archivist.db.Statements;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The roles, owners and grants of the schema, which a dump leaves behind where it is restored into
 * a cluster without the roles, or with {@code --no-owner} or {@code --no-acl}. They are made again
 * by the migrations that can run again: {@code R__01_rights.sql}, and the functions and views
 * themselves.
 */
final class LostRights {
  private LostRights() {}

  /** Whether a schema is there without them. */
  static boolean areLost(Connection connection) throws SQLException {
    return Statements.query(connection, "history.rights_are_lost").one(row -> row.getBoolean(1));
  }

  /**
   * Lets the migration that follows make them again.
   *
   * @throws dev.archivist.failure.ArchiveFailure {@code ZA004} if some of it belongs to who could
   *     not do all that whoever migrates may do: it would be made a function or table of the
   *     program's own
   */
  static void forget(Database database) {
    database.inSession(
        "archivist migrate",
        connection -> {
          if (MigrationHistory.isThere(connection) && areLost(connection)) {
            requireOwn(connection);
            Statements.query(connection, "history.forget_repeatables").update();
            connection.commit();
          }
          return null;
        });
  }

  private static void requireOwn(Connection connection) throws SQLException {
    List<String> others =
        Statements.query(connection, "history.owners_of_others").list(row -> row.getString(1));
    if (!others.isEmpty()) {
      throw new ArchiveException(
          ArchiveError.POLICY_REFUSED,
          null,
          "schema archive was restored without its roles, and belongs to "
              + String.join(", ", others)
              + ", whose code would run with the rights of archive_engine",
          "Migrate as that role, or restore the dump as the role that migrates.");
    }
  }
}
