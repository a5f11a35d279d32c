package dev.archivist.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.config.DatabaseUrl;
import dev.archivist.config.Settings;
import dev.archivist.db.Database;
import dev.archivist.db.migrate.Migrations;
import dev.archivist.db.migrate.Preset;
import dev.archivist.embedded.EmbeddedServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * One PostgreSQL for the whole run of this module's tests: the installation that {@code
 * ARCHIVIST_TEST_POSTGRES_HOME} names (the directory that holds {@code bin}); else Docker's where
 * it runs, else the bundled one.
 */
public final class TestCluster {
  private static final String IMAGE = "postgres:15";

  /** The database that others are made from and dropped from. */
  private static final String MAINTAINED = "postgres";

  private static final Path MEMORY = Path.of("/dev/shm");

  /** For the clusters of all JVMs that run side by side, write-ahead logs included. */
  private static final long NEEDED_MEMORY = 4L << 30;

  private static final String INSTALLATION = "ARCHIVIST_TEST_POSTGRES_HOME";

  /** The bundled server's version, where the build says that it is to be that one. */
  private static final String BUNDLED = System.getProperty("archivist.test.postgresql");

  private static final AtomicInteger COUNTER = new AtomicInteger();

  private final String host;
  private final String user;
  private final String password;
  private final CleanDatabases clean;
  private Connection maintenance;

  private TestCluster(String host, String user, String password) {
    this.host = host;
    this.user = user;
    this.password = password;
    execute(MAINTAINED, "CREATE DATABASE template_migrated");
    try (Database template = database("template_migrated")) {
      new Migrations(template).with(Set.of(Preset.SCENARIO)).migrate();
    }
    execute(
        "template_migrated",
        "CREATE SCHEMA evil",
        "CREATE FUNCTION evil.now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT timestamptz 'epoch' $$",
        "CREATE FUNCTION evil.date_trunc(text, timestamptz, text) RETURNS timestamptz LANGUAGE sql"
            + " AS $$ SELECT timestamptz 'epoch' $$",
        "CREATE TABLE evil.scenario_logs (id int)",
        "GRANT USAGE ON SCHEMA evil TO PUBLIC");
    this.clean = CleanDatabases.of(this, "template_migrated");
  }

  private static final class Shared {
    private static final TestCluster CLUSTER = start();
  }

  /** The cluster that tests share. */
  public static TestCluster shared() {
    return Shared.CLUSTER;
  }

  private static TestCluster start() {
    if (System.getenv(INSTALLATION) == null
        && BUNDLED == null
        && DockerClientFactory.instance().isDockerAvailable()) {
      return on(new PostgreSQLContainer(IMAGE));
    }
    return on(
        EmbeddedServer.start(
            serverIn(temporaryDirectory("archivist-test-cluster"))
                .withSetting("fsync", "off")
                .withSetting("deadlock_timeout", "10s")
                .withSetting("max_connections", "100")));
  }

  /** A server for a test, of the PostgreSQL that the tests run on. */
  public static EmbeddedServer.Config serverIn(Path home) {
    EmbeddedServer.Config config = EmbeddedServer.Config.in(home);
    String installation = System.getenv(INSTALLATION);
    return installation == null || BUNDLED != null
        ? config
        : config.withBinaries(Path.of(installation));
  }

  static TestCluster on(PostgreSQLContainer container) {
    container.start();
    return new TestCluster(
        container.getHost() + ":" + container.getMappedPort(5432),
        container.getUsername(),
        container.getPassword());
  }

  /** A cluster on a server that the caller has started. */
  public static TestCluster on(EmbeddedServer server) {
    takePasswordsAsTheyAre(server);
    return new TestCluster("127.0.0.1:" + server.port(), server.user(), server.password());
  }

  /** For the driver, SCRAM is a third of what it costs to connect, and tests connect a lot. */
  private static void takePasswordsAsTheyAre(EmbeddedServer server) {
    try (Connection connection = server.connect(MAINTAINED);
        Statement statement = connection.createStatement();
        ResultSet file = statement.executeQuery("SHOW hba_file")) {
      file.next();
      Files.writeString(Path.of(file.getString(1)), "host all all 127.0.0.1/32 password\n");
      statement.execute("SELECT pg_reload_conf()");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /**
   * Lets a session's Java write down the classes that the engine needs, for those that come after
   * it: they then start with a fifth less work.
   */
  void writeClassesOfSession(String vmOptions) {
    try (Connection connection = connect("template_migrated");
        Statement statement = connection.createStatement()) {
      statement.execute("SET pljava.vmoptions = '" + vmOptions + "'");
      statement.execute("SELECT archive.plan('logs')");
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
    // the template is free when the session has ended, which is when it writes
    Eventually.assertThatSoon(
        () -> assertThat(sessions("template_migrated")).as("sessions of the template").isZero());
  }

  private int sessions(String database) throws SQLException {
    try (Connection connection = connect(MAINTAINED);
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity"
                    + " WHERE datname = ? AND backend_type = 'client backend'")) {
      statement.setString(1, database);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  /** The server's major version: 15. */
  public int version() {
    try (Connection connection = connect(MAINTAINED)) {
      return connection.getMetaData().getDatabaseMajorVersion();
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /**
   * A login that may migrate this database without being a superuser, as managed databases give it:
   * it owns the database and may make roles. Since PostgreSQL 16 it must have made ours, too, or
   * have what it would have then.
   */
  public void createMigrator(String database, String role, String rolePassword) {
    execute(
        database,
        "CREATE ROLE %s LOGIN CREATEROLE PASSWORD '%s'".formatted(role, rolePassword),
        "ALTER DATABASE " + database + " OWNER TO " + role,
        "ALTER SCHEMA public OWNER TO " + role);
    if (version() >= NeedsPostgres16.VERSION) {
      execute(
          database,
          "GRANT archive_owner, archive_engine, archive_auditor TO "
              + role
              + " WITH ADMIN TRUE, INHERIT FALSE, SET FALSE");
    }
  }

  /** A database without anything of ours. */
  public String createEmpty() {
    String name = "t" + COUNTER.incrementAndGet();
    execute(MAINTAINED, "CREATE DATABASE " + name + " TEMPLATE template0");
    return name;
  }

  String createInEncoding(String encoding) {
    String name = "t" + COUNTER.incrementAndGet();
    execute(
        MAINTAINED,
        "CREATE DATABASE %s TEMPLATE template0 ENCODING '%s' LC_COLLATE 'C' LC_CTYPE 'C'"
            .formatted(name, encoding));
    return name;
  }

  /** A migrated database whose settings are as hostile as a DBA's worst day. */
  public String createMigrated() {
    String name = "t" + COUNTER.incrementAndGet();
    // without fsync, files are copied with half the work of writing them to the log
    execute(
        MAINTAINED, "CREATE DATABASE " + name + " TEMPLATE template_migrated STRATEGY file_copy");
    execute(MAINTAINED, hostileSettings(name));
    return name;
  }

  /** Databases like these that are used again. */
  CleanDatabases clean() {
    return clean;
  }

  String[] hostileSettings(String database) {
    return Stream.of(
            "TimeZone = 'America/Los_Angeles'",
            "DateStyle = 'SQL, DMY'",
            "IntervalStyle = 'sql_standard'",
            "extra_float_digits = 0",
            "bytea_output = 'escape'",
            "search_path = evil, pg_catalog, public")
        .map(setting -> "ALTER DATABASE " + database + " SET " + setting)
        .toArray(String[]::new);
  }

  String jdbcUrl(String database) {
    return DatabaseUrl.parse(url(database)).jdbcUrl();
  }

  public String url(String database) {
    return "postgresql://" + user + ":" + password + "@" + host + "/" + database;
  }

  /** The URL for another role of the cluster. */
  public String url(String database, String role, String rolePassword) {
    return "postgresql://" + role + ":" + rolePassword + "@" + host + "/" + database;
  }

  public Settings settings(String database) {
    return Settings.of(
        Map.of(
            "DATABASE_URL",
            url(database),
            "ARCHIVIST_HOME",
            temporaryDirectory("archivist-test-home").toString()));
  }

  public Database database(String name) {
    return Database.open(settings(name));
  }

  /** A plain connection as superuser, with the database's own settings. */
  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(jdbcUrl(database), user, password);
  }

  /** The same, but kept for who opens one next where the database's sessions are. */
  Connection connectAgain(String database, String searchPath) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("options", searchPath == null ? "" : "-c search_path=" + searchPath);
    return DriverManager.getConnection(jdbcUrl(database), properties);
  }

  /** Runs statements as superuser. */
  public void execute(String database, String... statements) {
    try {
      if (database.equals(MAINTAINED)) {
        maintain(statements);
        return;
      }
      try (Connection connection = connectAgain(database, null)) {
        execute(connection, statements);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /** In one session for all: each test makes a database and drops it. */
  private synchronized void maintain(String... statements) throws SQLException {
    if (maintenance == null || !maintenance.isValid(0)) {
      maintenance = connect(MAINTAINED);
    }
    execute(maintenance, statements);
  }

  private static void execute(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** In memory where there is enough for it: most of what tests wait for is the disk. */
  static Path temporaryDirectory(String prefix) {
    try {
      Path directory =
          isRoomy(MEMORY)
              ? Files.createTempDirectory(MEMORY, prefix)
              : Files.createTempDirectory(prefix);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> deleteTree(directory)));
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isRoomy(Path memory) throws IOException {
    return Files.isWritable(memory)
        && Files.getFileStore(memory).type().equals("tmpfs")
        && Files.getFileStore(memory).getUsableSpace() > NEEDED_MEMORY;
  }

  private static void deleteTree(Path directory) {
    try (var paths = Files.walk(directory)) {
      paths.sorted(java.util.Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException | UncheckedIOException e) {
      // A temporary directory that stays behind harms nobody.
      System.err.println("left behind: " + directory);
    }
  }
}
