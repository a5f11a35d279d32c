package dev.archivist.db.migrate;

import dev.archivist.db.Database;
import dev.archivist.db.Statements;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.failure.ArchiveFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The table in which Flyway notes what it ran. Flyway makes it as whoever migrates first, and has
 * it open until the migration is done; then it goes to {@code archive_engine}. Until then, and
 * where a dump was restored, it may belong to somebody whose code would run with the rights of
 * whoever reads it: so everything that reads it, Flyway too, asks here first.
 */
final class MigrationHistory {
  private static final String TABLE = "archive.flyway_schema_history";

  private MigrationHistory() {}

  /**
   * Whether there is one that may be read.
   *
   * @throws ArchiveException {@code ZA004} if reading it could run the code of others
   */
  static boolean isThere(Connection connection) throws SQLException {
    Optional<String> owner =
        Statements.query(connection, "history.owner_of_others").first(row -> row.getString(1));
    if (owner.isPresent()) {
      throw new ArchiveException(
          ArchiveError.POLICY_REFUSED,
          null,
          TABLE
              + " belongs to "
              + owner.get()
              + ", whose code could run with the rights of whoever reads it",
          "As superuser: ALTER TABLE " + TABLE + " OWNER TO archive_engine;");
    }
    List<String> additions =
        Statements.query(connection, "history.additions").list(row -> row.getString(1));
    if (!additions.isEmpty()) {
      throw new ArchiveException(
          ArchiveError.POLICY_REFUSED,
          null,
          TABLE + " is not as it was made: " + String.join(", ", additions),
          "As superuser: drop what was added; \\d " + TABLE + " shows it. Nothing was run.");
    }
    return Statements.query(connection, "history.is_there").one(row -> row.getBoolean(1));
  }

  /**
   * What the running role is to the table.
   *
   * @param mayJoin it may join {@code archive_engine} for a moment
   * @param keeps whether the table does not belong to {@code archive_engine} yet
   * @param lacks whether it may not write the rows, or not see what migrations look at
   * @param blind whether it may not even read them
   * @param remedy the statement that lets it join, for whoever may grant it
   */
  private record Migrator(
      boolean superuser,
      boolean mayJoin,
      boolean keeps,
      boolean lacks,
      boolean blind,
      String remedy) {}

  /**
   * Gives whoever migrates the rows of the table, where somebody else has migrated before.
   *
   * @throws ArchiveFailure {@code ZA012} if this role may neither read them nor give itself that
   */
  static void reach(Database database) {
    change(
        database,
        migrator -> {
          if (migrator.blind() && !migrator.mayJoin()) {
            throw new ArchiveFailure(
                ArchiveError.PRIVILEGE_MISSING,
                "this role may not read " + TABLE + ", nor join the roles that may",
                "As a superuser, or the role that made Archivist's roles: "
                    + migrator.remedy()
                    + " Or let one of these migrate.");
          }
          return !migrator.keeps() && migrator.lacks();
        },
        false);
  }

  /** Gives the table to {@code archive_engine}; who migrated keeps its rows. */
  static void handOver(Database database) {
    change(database, Migrator::keeps, true);
  }

  private static void change(Database database, Predicate<Migrator> due, boolean handOver) {
    database.inSession(
        "archivist migrate",
        connection -> {
          Optional<Migrator> found =
              Statements.query(connection, "history.migrator")
                  .first(
                      row ->
                          new Migrator(
                              row.getBoolean("superuser"),
                              row.getBoolean("may_join"),
                              row.getBoolean("keeps"),
                              row.getBoolean("lacks"),
                              row.getBoolean("blind"),
                              row.getString("remedy")));
          if (found.isPresent() && due.test(found.get()) && found.get().mayJoin()) {
            change(connection, found.get().superuser(), handOver);
          }
          return null;
        });
  }

  private static void change(Connection connection, boolean superuser, boolean handOver)
      throws SQLException {
    Statements.query(connection, "session.short_waits").update();
    if (!superuser) {
      Statements.query(connection, "history.join").update();
    }
    if (handOver) {
      Statements.query(connection, "history.hand_over").update();
    }
    if (!superuser) {
      Statements.query(connection, "history.keep_rows").update();
      Statements.query(connection, "history.leave").update();
    }
    connection.commit();
  }
}
