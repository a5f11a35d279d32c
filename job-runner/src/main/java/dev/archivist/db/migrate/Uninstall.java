package dev.archivist.db.migrate;

import dev.archivist.db.Database;
import dev.archivist.db.Statements;
import dev.archivist.db.Transactions;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import dev.archivist.failure.ArchiveFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Takes functions, jar and views out of a database, never archived data. */
public final class Uninstall {
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
   * @throws ArchiveFailure {@code ZA001} while a job runs, {@code ZA019} if others are in the way
   *     for minutes
   */
  public static Result run(Database database) {
    return run(database, new SchemaChange());
  }

  static Result run(Database database, SchemaChange change) {
    return change.make(() -> once(database));
  }

  private static Result once(Database database) {
    return database.inSession(
        "archivist uninstall",
        connection ->
            Transactions.commit(
                connection, () -> uninstall(connection, database.settings().appSchema())));
  }

  private static Result uninstall(Connection connection, String appSchema) throws SQLException {
    Statements.query(connection, "session.short_waits").update();
    MigrationHistory.isThere(connection);
    EngineJarMigration.refuseWhileJobsRun(connection);
    Statements.query(connection, "session.names_come_whole").update();
    List<String> leave = texts(connection, "uninstall.leave_roles");
    for (String join : texts(connection, "uninstall.join_roles")) {
      Query.of(connection, SqlText.ofCatalogue(join)).update();
    }
    List<String> dropped = new ArrayList<>(texts(connection, "uninstall.views"));
    dropped.addAll(texts(connection, "uninstall.routines"));
    for (String drop : dropped) {
      Query.of(connection, SqlText.ofCatalogue(drop)).update();
    }
    for (String jar : PlJava.jars(connection)) {
      PlJava.remove(connection, jar);
      dropped.add("jar " + jar);
    }
    Statements.query(connection, "pljava.forget_jar").update();
    Statements.query(connection, "history.forget_repeatables").update();
    SchemaStampMigration.remove(connection);
    for (String each : leave) {
      Query.of(connection, SqlText.ofCatalogue(each)).update();
    }
    List<String> left = new ArrayList<>(texts(connection, "uninstall.left"));
    left.add(appSchema + ".archive_jobs");
    return new Result(dropped, left);
  }

  private static List<String> texts(Connection connection, String statement) throws SQLException {
    return Statements.query(connection, statement).list(row -> row.getString(1));
  }
}
