package dev.archivist.testing;

import dev.archivist.config.Settings;
import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.db.migrate.Migrations;
import dev.archivist.db.migrate.Preset;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A database of its own for one test class, migrated and hostile. */
public final class TestDatabase implements AutoCloseable {
  private final TestCluster cluster;
  private final String name;
  private Database database;
  private Connection looking;
  private boolean isUsedAgain;

  private TestDatabase(TestCluster cluster, String name) {
    this.cluster = cluster;
    this.name = name;
    this.database = cluster.database(name);
  }

  public static TestDatabase migrated() {
    return migrated(TestCluster.shared());
  }

  /** Its sessions are kept for who opens one next; see {@link KeptSessions}. */
  public static TestDatabase migrated(TestCluster cluster) {
    Optional<String> clean = cluster.clean().lend();
    TestDatabase given =
        clean
            .map(name -> new TestDatabase(cluster, name))
            .orElseGet(() -> withItsOwnSessions(cluster));
    if (clean.isEmpty()) {
      KeptSessions.keep(given.database.url().jdbcUrl());
    }
    given.isUsedAgain = true;
    return given;
  }

  /** A migrated one for tests that look at how sessions begin and end. */
  public static TestDatabase withItsOwnSessions(TestCluster cluster) {
    return new TestDatabase(cluster, cluster.createMigrated());
  }

  public static TestDatabase empty() {
    return empty(TestCluster.shared());
  }

  public static TestDatabase empty(TestCluster cluster) {
    return new TestDatabase(cluster, cluster.createEmpty());
  }

  /** An empty one whose name the server's configuration knows. */
  public static TestDatabase named(TestCluster cluster, String name) {
    cluster.execute("postgres", "CREATE DATABASE " + name + " TEMPLATE template0");
    return new TestDatabase(cluster, name);
  }

  /** A migrated one that keeps text in this encoding. */
  public static TestDatabase inEncoding(TestCluster cluster, String encoding) {
    TestDatabase made = new TestDatabase(cluster, cluster.createInEncoding(encoding));
    new Migrations(made.database).with(Set.of(Preset.SCENARIO)).migrate();
    return made;
  }

  public TestCluster cluster() {
    return cluster;
  }

  public String name() {
    return name;
  }

  public Database database() {
    return database;
  }

  public Settings settings() {
    return cluster.settings(name);
  }

  public String url() {
    return cluster.url(name);
  }

  public Archive archive() {
    return new Archive(database);
  }

  public Connection connect() throws SQLException {
    return cluster.connect(name);
  }

  /** One whose search path is what the program sets, but whose other settings are hostile. */
  public Connection connectWithSafePath() throws SQLException {
    return cluster.connectAgain(name, "pg_catalog,pg_temp");
  }

  /** A session that may change its encoding, which the driver else forbids. */
  public Connection connectAllowingEncodings() throws SQLException {
    return cluster.connect(name + "?allowEncodingChanges=true");
  }

  /** Runs statements as superuser. */
  public void execute(String... statements) {
    cluster.execute(name, statements);
  }

  /** The first column of the first row. */
  public String value(String sql, Object... values) {
    return rows(sql, values).get(0).get(0);
  }

  public long number(String sql, Object... values) {
    return Long.parseLong(value(sql, values));
  }

  /** All rows as text. */
  public synchronized List<List<String>> rows(String sql, Object... values) {
    try (PreparedStatement statement = looking().prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      List<List<String>> result = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          List<String> row = new ArrayList<>();
          for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
            row.add(rows.getString(i));
          }
          result.add(row);
        }
      }
      return result;
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /** A session for looking, with settings that every test can rely on. */
  private Connection looking() throws SQLException {
    if (looking == null) {
      looking = connect();
      try (Statement settings = looking.createStatement()) {
        settings.execute(
            "SET search_path = pg_catalog, public; SET TimeZone = 'UTC'; SET DateStyle = ISO");
      }
    }
    return looking;
  }

  /** Another database with the same content, as {@code createdb -T} makes it. */
  public TestDatabase copy() {
    endSessions();
    String copy = name + "_copy";
    cluster.execute("postgres", "CREATE DATABASE " + copy + " TEMPLATE " + name);
    database = cluster.database(name);
    return new TestDatabase(cluster, copy);
  }

  /** Keeps the database as it is now, for {@link #restoreBackup}. */
  public void backUp() {
    endSessions();
    cluster.execute(
        "postgres",
        "DROP DATABASE IF EXISTS %1$s_backup; CREATE DATABASE %1$s_backup TEMPLATE %1$s"
            .formatted(name)
            .split("; "));
    database = cluster.database(name);
  }

  /** As after a recovery from a backup of the cluster: the same database, as it was then. */
  public void restoreBackup() {
    String oid = value("SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()");
    List<List<String>> settings =
        rows(
            "SELECT pg_catalog.unnest(setconfig) FROM pg_catalog.pg_db_role_setting"
                + " WHERE setdatabase = ?::oid AND setrole = 0",
            oid);
    endSessions();
    cluster.execute(
        "postgres",
        "DROP DATABASE " + name + " WITH (FORCE)",
        "CREATE DATABASE %1$s TEMPLATE %1$s_backup OID = %2$s".formatted(name, oid));
    for (List<String> setting : settings) {
      String[] parts = setting.get(0).split("=", 2);
      String value = parts[1].contains(", ") ? parts[1] : "'" + parts[1] + "'";
      cluster.execute(
          "postgres",
          "ALTER DATABASE %s SET \"%s\" = %s".formatted(name, parts[0], quoted(parts[0], value)));
    }
    database = cluster.database(name);
  }

  /** A list of schemas is one of names, not one name; any other setting is one text. */
  private static String quoted(String setting, String value) {
    return setting.equals("search_path") || value.startsWith("'") ? value : "'" + value + "'";
  }

  private void endSessions() {
    isUsedAgain = false;
    database.close();
    boolean kept = KeptSessions.end(database.url().jdbcUrl());
    closeLooking();
    looking = null;
    cluster.execute(
        "postgres",
        "SELECT pg_catalog.pg_terminate_backend(pid, 10000) FROM pg_catalog.pg_stat_activity"
            + " WHERE datname = '"
            + name
            + "'");
    if (kept) {
      KeptSessions.keep(database.url().jdbcUrl());
    }
  }

  @Override
  public void close() {
    database.close();
    closeLooking();
    if (isUsedAgain && cluster.clean().takeBack(name)) {
      return;
    }
    KeptSessions.end(database.url().jdbcUrl());
    cluster.execute(
        "postgres",
        "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)",
        "DROP DATABASE IF EXISTS " + name + "_backup");
  }

  private void closeLooking() {
    try {
      if (looking != null) {
        looking.close();
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }
}
