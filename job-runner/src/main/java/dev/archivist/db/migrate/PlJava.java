package dev.archivist.db.migrate;

import dev.archivist.db.Database;
import dev.archivist.db.EngineJar;
import dev.archivist.db.Statements;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * PL/Java as a server has it.
 *
 * @param available version that could be installed; empty where the server lacks the files
 * @param installed version of the extension in this database; empty if it is not there
 * @param superuser whether this role is one: PL/Java wants that of who creates the extension, we of
 *     who loads the jar
 * @param libjvm {@code pljava.libjvm_location} as configured; empty where it is not
 * @param foundLibjvm a libjvm.so that was found on the server; looked for only by a superuser
 * @param database the database's name
 */
public record PlJava(
    Optional<String> available,
    Optional<String> installed,
    boolean superuser,
    Optional<String> libjvm,
    Optional<String> foundLibjvm,
    String database) {

  public static PlJava inspect(Database database) {
    return database.inSession(
        "archivist migrate",
        connection -> {
          PlJava found = Statements.query(connection, "pljava.inspect").one(PlJava::read);
          return found.superuser && (found.available.isPresent() || found.installed.isPresent())
              ? found.with(findLibjvm(connection))
              : found;
        });
  }

  private static PlJava read(ResultSet row) throws SQLException {
    Optional<String> ofDatabase =
        Optional.ofNullable(row.getString("libjvm_setting"))
            .map(setting -> setting.replaceFirst("^[^=]*location=", ""));
    return new PlJava(
        Optional.ofNullable(row.getString("default_version")),
        Optional.ofNullable(row.getString("installed_version")),
        row.getBoolean("superuser"),
        ofDatabase.isPresent() ? ofDatabase : Optional.ofNullable(row.getString("libjvm")),
        Optional.empty(),
        row.getString("database"));
  }

  private static Optional<String> findLibjvm(Connection connection) throws SQLException {
    return Statements.query(connection, "pljava.find_libjvm").first(row -> row.getString(1));
  }

  private PlJava with(Optional<String> found) {
    return new PlJava(available, installed, superuser, libjvm, found, database);
  }

  /**
   * Creates the extension, in a session of its own: where PL/Java fails to start, that session is
   * spoilt.
   */
  static void create(Database database) {
    creating(database, Connection::commit);
  }

  /**
   * Why the extension cannot be created, found out by creating it and rolling that back; empty if
   * it can.
   */
  public Optional<ArchiveFailure> rehearse(Database where) {
    try {
      creating(where, Connection::rollback);
      return Optional.empty();
    } catch (ArchiveFailure failure) {
      return Optional.of(notStarted(failure));
    }
  }

  /** Names of the jars of ours that are loaded; empty where there is no PL/Java. */
  static List<String> jars(Connection connection) throws SQLException {
    return Statements.query(connection, "pljava.has_jars").one(row -> row.getBoolean(1))
        ? Statements.query(connection, "pljava.jars")
            .bind(EngineJar.PREFIX)
            .list(row -> row.getString(1))
        : List.of();
  }

  /** Takes a jar out of the database. */
  static void remove(Connection connection, String jar) throws SQLException {
    Statements.query(connection, "pljava.remove_jar").bind(jar).one(row -> row.getBoolean(1));
  }

  /** How a transaction ends. */
  @FunctionalInterface
  private interface Ending {
    void end(Connection connection) throws SQLException;
  }

  private static void creating(Database database, Ending ending) {
    database.inSession(
        "archivist migrate",
        connection -> {
          Statements.query(connection, "pljava.create").update();
          ending.end(connection);
          return null;
        });
  }

  /** Why this role cannot load an engine here, with what helps; empty if nothing is known. */
  public Optional<ArchiveFailure> obstacle() {
    if (available.isEmpty() && installed.isEmpty()) {
      return Optional.of(
          new ArchiveFailure(
              ArchiveError.CONFIGURATION_INVALID,
              "the server has no PL/Java",
              "Install it on the server (apt install postgresql-15-pljava from the PostgreSQL"
                  + " project's repository, or the image in ops/), or run archivist migrate --host"
                  + " runner."));
    }
    if (superuser) {
      return Optional.empty();
    }
    return Optional.of(
        installed.isPresent()
            ? new ArchiveFailure(
                ArchiveError.PRIVILEGE_MISSING,
                "PL/Java " + installed.get() + " is here, but only a superuser may load the engine",
                "Run archivist migrate --host in-database once with the DATABASE_URL of a"
                    + " superuser; or archivist migrate --host runner.")
            : new ArchiveFailure(
                ArchiveError.PRIVILEGE_MISSING,
                "PL/Java "
                    + available.get()
                    + " is on the server but not in this database, and only a superuser may create"
                    + " it",
                "As superuser: "
                    + libjvmStatement()
                    + " then run archivist migrate --host in-database once with the DATABASE_URL of"
                    + " that superuser. It runs CREATE EXTENSION pljava;"));
  }

  /** What to say when PL/Java failed to start. */
  public ArchiveFailure notStarted(ArchiveFailure cause) {
    return new ArchiveFailure(
        ArchiveError.CONFIGURATION_INVALID,
        "PL/Java cannot be started with pljava.libjvm_location "
            + libjvm.map(path -> "'" + path + "'").orElse("not set")
            + ": "
            + cause.getMessage(),
        "As superuser: " + libjvmStatement() + " then try again in a new session.",
        cause);
  }

  private String libjvmStatement() {
    return "ALTER DATABASE \""
        + database.replace("\"", "\"\"")
        + "\" SET pljava.libjvm_location = '"
        + foundLibjvm.orElse("/path/to/jdk-17/lib/server/libjvm.so")
        + "';";
  }
}
