package dev.archivist.db.migrate;

import dev.archivist.db.Database;
import dev.archivist.db.SqlCall;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
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

  private static final String INSPECT =
      "SELECT e.default_version, e.installed_version, r.rolsuper,"
          + " (SELECT s.setting FROM (SELECT unnest(d.setconfig) AS setting FROM pg_db_role_setting d"
          + "   WHERE d.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))"
          + "   AND d.setrole = 0) s WHERE s.setting LIKE 'pljava.libjvm_location=%' LIMIT 1),"
          + " nullif(current_setting('pljava.libjvm_location', true), ''), current_database()"
          + " FROM pg_roles r LEFT JOIN pg_available_extensions e ON e.name = 'pljava'"
          + " WHERE r.rolname = current_user";

  /** Debian's, Red Hat's and the images' places; a version that keeps PL/Java's sandbox first. */
  private static final String FIND_LIBJVM =
      "SELECT path FROM (SELECT '/usr/lib/jvm/' || d || '/lib/server/libjvm.so' AS path"
          + " FROM pg_ls_dir('/usr/lib/jvm', true, false) AS d"
          + " WHERE (pg_stat_file('/usr/lib/jvm/' || d, true)).isdir OFFSET 0) p"
          + " WHERE (pg_stat_file(path, true)).size IS NOT NULL"
          + " ORDER BY path ~ '17' DESC, path ~ '21' DESC, path LIMIT 1";

  public static PlJava inspect(Database database) {
    return SqlCall.get(
        () -> {
          try (Connection connection = database.dedicated("archivist migrate");
              Statement statement = connection.createStatement()) {
            PlJava found = read(statement);
            return found.superuser && (found.available.isPresent() || found.installed.isPresent())
                ? found.with(findLibjvm(statement))
                : found;
          }
        });
  }

  private static PlJava read(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery(INSPECT)) {
      row.next();
      String configured = row.getString(4) == null ? row.getString(5) : row.getString(4);
      return new PlJava(
          Optional.ofNullable(row.getString(1)),
          Optional.ofNullable(row.getString(2)),
          row.getBoolean(3),
          Optional.ofNullable(configured).map(text -> text.replaceFirst("^[^=]*location=", "")),
          Optional.empty(),
          row.getString(6));
    }
  }

  private static Optional<String> findLibjvm(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery(FIND_LIBJVM)) {
      return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
    }
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
  static List<String> jars(Statement statement) throws SQLException {
    List<String> jars = new ArrayList<>();
    try (ResultSet there =
        statement.executeQuery("SELECT to_regclass('sqlj.jar_repository') IS NOT NULL")) {
      there.next();
      if (!there.getBoolean(1)) {
        return jars;
      }
    }
    try (ResultSet row =
        statement.executeQuery(
            "SELECT jarname FROM sqlj.jar_repository WHERE starts_with(jarname, '"
                + EngineJar.PREFIX
                + "') ORDER BY jarid")) {
      while (row.next()) {
        jars.add(row.getString(1));
      }
    }
    return jars;
  }

  /** How a transaction ends. */
  @FunctionalInterface
  private interface Ending {
    void end(Connection connection) throws SQLException;
  }

  private static void creating(Database database, Ending ending) {
    SqlCall.run(
        () -> {
          try (Connection connection = database.dedicated("archivist migrate");
              Statement statement = connection.createStatement()) {
            statement.execute("CREATE EXTENSION pljava");
            ending.end(connection);
          }
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
