package dev.archivist.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import dev.archivist.config.DatabaseUrl;
import dev.archivist.config.Settings;
import dev.archivist.embedded.EmbeddedServer;
import dev.archivist.embedded.EmbeddedServerException;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import javax.sql.DataSource;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * The configured database: the one of {@code DATABASE_URL}, or the embedded server. It gives out
 * short connections of a pool for looking, and dedicated ones for jobs, which end with their job.
 */
public final class Database implements AutoCloseable {
  /** The database that the embedded server has. */
  public static final String EMBEDDED_DATABASE = "archivist";

  private static final int POOL_SIZE = 6;
  private static final int CONNECT_TIMEOUT_SECONDS = 10;

  private final Settings settings;
  private final DatabaseUrl url;
  private final EmbeddedServer embedded;
  private final Clock clock;
  private HikariDataSource pool;

  private Database(Settings settings, DatabaseUrl url, EmbeddedServer embedded, Clock clock) {
    this.settings = settings;
    this.url = url;
    this.embedded = embedded;
    this.clock = clock;
  }

  /**
   * Finds the database: the configured one, or the embedded server that was made before, which is
   * started. Connects lazily.
   *
   * @throws ArchiveFailure {@code ZA014} if there is neither
   */
  public static Database open(Settings settings) {
    if (settings.databaseUrl().isEmpty() && !Files.isDirectory(embeddedConfig(settings).home())) {
      throw new ArchiveFailure(
          ArchiveError.CONFIGURATION_INVALID,
          "no database is named: DATABASE_URL is not set, and %s has no embedded PostgreSQL"
              .formatted(settings.home()),
          "Set DATABASE_URL to the database that is meant. To try Archivist in a PostgreSQL of its"
              + " own, run archivist demo or archivist db start.");
    }
    return openOrMake(settings);
  }

  /** As {@link #open}, and makes the embedded server where there is none yet. */
  public static Database openOrMake(Settings settings) {
    return settings.databaseUrl().map(url -> at(settings, url)).orElseGet(() -> embedded(settings));
  }

  /** A database at a known URL. */
  public static Database at(Settings settings, DatabaseUrl url) {
    return at(settings, url, Clock.systemUTC());
  }

  /** As {@link #at(Settings, DatabaseUrl)}, for a machine whose clock this is. */
  public static Database at(Settings settings, DatabaseUrl url, Clock clock) {
    requireKnown(url);
    return new Database(settings, url, null, clock);
  }

  /** The driver passes over what it does not know, which may be what keeps a connection safe. */
  private static void requireKnown(DatabaseUrl url) {
    Properties read = Driver.parseURL(url.jdbcUrl(), null);
    if (read == null) {
      throw new ArchiveFailure(
          ArchiveError.CONFIGURATION_INVALID,
          "DATABASE_URL cannot be used: the driver cannot read " + url,
          "If it names a service, DATABASE_URL or PGSERVICE, it must be in ~/.pg_service.conf or in"
              + " the file that PGSERVICEFILE names.");
    }
    String hosts = read.getProperty(PGProperty.PG_HOST.getName(), "");
    for (String host : hosts.split(",", -1)) {
      if (host.startsWith("/")) {
        throw new ArchiveFailure(
            ArchiveError.CONFIGURATION_INVALID,
            "a host is a socket's directory, which the driver cannot reach by a service: " + host,
            "Say it in DATABASE_URL instead: postgresql:///DATABASE?host=%s&port=%s."
                .formatted(host, read.getProperty(PGProperty.PG_PORT.getName(), "5432")));
      }
    }
    int question = url.jdbcUrl().indexOf('?');
    String query = question < 0 ? "" : url.jdbcUrl().substring(question + 1);
    for (String pair : query.split("&")) {
      String name = pair.split("=", 2)[0];
      if (name.equals(PGProperty.CURRENT_SCHEMA.getName())) {
        throw new ArchiveFailure(
            ArchiveError.CONFIGURATION_INVALID,
            "DATABASE_URL has a parameter that says where names are looked up: " + name,
            "Take it out: archivist names every table with its schema.");
      }
      if (!name.isEmpty() && PGProperty.forName(name) == null) {
        throw new ArchiveFailure(
            ArchiveError.CONFIGURATION_INVALID,
            "DATABASE_URL has a parameter that nobody here knows: " + name,
            "Take it out, or correct it; docs/settings.md lists those of psql that are known.");
      }
    }
  }

  private static Database embedded(Settings settings) {
    EmbeddedServer server = startEmbedded(settings, false);
    return new Database(settings, embeddedUrl(server), server, Clock.systemUTC());
  }

  /** Starts the embedded server so that it outlives this program. */
  public static DatabaseUrl startEmbeddedDetached(Settings settings) {
    return embeddedUrl(startEmbedded(settings, true));
  }

  /** The embedded server's URL, if it runs. */
  public static Optional<DatabaseUrl> runningEmbedded(Settings settings) {
    try {
      return EmbeddedServer.running(embeddedConfig(settings)).map(Database::embeddedUrl);
    } catch (EmbeddedServerException e) {
      throw new ArchiveFailure(ArchiveError.EMBEDDED_SERVER, e.getMessage(), e.hint(), e);
    }
  }

  /** Stops the embedded server; false if none ran. */
  public static boolean stopEmbedded(Settings settings) {
    try {
      return EmbeddedServer.stop(embeddedConfig(settings));
    } catch (EmbeddedServerException e) {
      throw new ArchiveFailure(ArchiveError.EMBEDDED_SERVER, e.getMessage(), e.hint(), e);
    }
  }

  private static EmbeddedServer startEmbedded(Settings settings, boolean detached) {
    try {
      EmbeddedServer.Config config = embeddedConfig(settings);
      EmbeddedServer server =
          detached ? EmbeddedServer.startDetached(config) : EmbeddedServer.start(config);
      server.createDatabaseIfMissing(EMBEDDED_DATABASE);
      return server;
    } catch (EmbeddedServerException e) {
      throw new ArchiveFailure(ArchiveError.EMBEDDED_SERVER, e.getMessage(), e.hint(), e);
    }
  }

  private static EmbeddedServer.Config embeddedConfig(Settings settings) {
    return EmbeddedServer.Config.in(settings.home().resolve("postgresql"));
  }

  private static DatabaseUrl embeddedUrl(EmbeddedServer server) {
    return new DatabaseUrl(server.jdbcUrl(EMBEDDED_DATABASE), server.user(), server.password());
  }

  /** Where it leads, without secrets. */
  public DatabaseUrl url() {
    return url;
  }

  public boolean isEmbedded() {
    return embedded != null;
  }

  /** The pool for everything but jobs. */
  public synchronized DataSource pool() {
    if (pool == null) {
      pool = openPool(pooled("archivist"));
    }
    return pool;
  }

  /**
   * Looks at something over a connection of the pool; each statement is its own transaction. Errors
   * of the database become failures of the catalogue.
   */
  public <T> T looking(SessionWork<T> work) {
    return SqlCall.get(
        () -> {
          try (Connection connection = pool().getConnection()) {
            return work.run(connection);
          }
        });
  }

  /**
   * Looks before anything is changed.
   *
   * @throws ArchiveFailure {@code ZA049} if it takes no writes, {@code ZA014} if a pooler answers
   */
  public void requireWritable() {
    looking(connection -> SessionStart.of(connection, clock)).requireWritable();
  }

  /** Whether this program and the database's schema belong together; one small statement. */
  public SchemaFit fit() {
    return looking(
        connection ->
            Statements.query(connection, "session.schema_comment")
                .one(row -> SchemaFit.of(row.getString(1))));
  }

  /**
   * Connections for one change of the schema, none of which waits long for a lock; the caller
   * closes them.
   */
  public HikariDataSource poolForSchemaChange() {
    HikariConfig config = pooled("archivist migrate");
    config.setConnectionInitSql(
        config.getConnectionInitSql() + ";" + Statements.text("session.short_waits").sql());
    return openPool(config);
  }

  private HikariConfig pooled(String application) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(application);
    config.setJdbcUrl(url.jdbcUrl());
    config.setDataSourceProperties(properties(application));
    config.setConnectionInitSql(Statements.text("session.as_asked").sql());
    config.setMaximumPoolSize(POOL_SIZE);
    config.setMinimumIdle(0);
    // One attempt: a wrong password that is tried again and again locks accounts.
    config.setInitializationFailTimeout(1);
    return config;
  }

  private static HikariDataSource openPool(HikariConfig config) {
    try {
      return new HikariDataSource(config);
    } catch (PoolInitializationException e) {
      if (e.getCause() instanceof SQLException cause) {
        throw DatabaseFailure.of(cause);
      }
      throw e;
    }
  }

  /**
   * A connection of its own, without auto-commit, for one job. It is never given back to a pool: a
   * backend that has loaded a JVM should end with its job, and so must a policy's lock.
   */
  public Connection dedicated(String application) {
    return dedicated(application, settings.lockTimeout(), "1min");
  }

  /** As {@link #dedicated}, and it never waits longer than 100 ms for a lock. */
  Connection impatient(String application) {
    // while it deletes an object, it waits for the store
    return dedicated(application, "100ms", "10min");
  }

  /** Nobody waits longer for us than a bound, should this program be frozen or the network gone. */
  private Connection dedicated(String application, String lockTimeout, String longestPause) {
    Properties properties = properties(application);
    properties.setProperty(
        "options",
        properties.getProperty("options")
            + " -c statement_timeout="
            + settings.statementTimeout().replace(" ", "")
            + " -c lock_timeout="
            + lockTimeout.replace(" ", "")
            + " -c idle_in_transaction_session_timeout="
            + longestPause
            + " -c tcp_keepalives_idle=60 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=6"
            + " -c pljava.statement_cache_size=100");
    // A job says the same for every batch: the server shall parse it once, and plan it once where
    // it has no parameters. So does the cache above, for what the engine says inside the database.
    properties.setProperty("prepareThreshold", "1");
    return SqlCall.get(
        () -> {
          Connection connection = DriverManager.getConnection(url.jdbcUrl(), properties);
          connection.setAutoCommit(false);
          return connection;
        });
  }

  /**
   * Does some work in a session of its own, without auto-commit, which ends with the work. Errors
   * of the database become failures of the catalogue.
   */
  public <T> T inSession(String application, SessionWork<T> work) {
    return SqlCall.get(
        () -> {
          try (Connection connection = dedicated(application)) {
            return work.run(connection);
          }
        });
  }

  /** A connection as the user's own, with the user's own settings, for plain queries. */
  Connection plain() {
    Properties properties = login("archivist sql");
    if (!url.options().isEmpty()) {
      properties.setProperty("options", url.options());
    }
    return SqlCall.get(() -> DriverManager.getConnection(url.jdbcUrl(), properties));
  }

  private Properties properties(String application) {
    Properties properties = login(application);
    // Settings of the session win over those of role and database, so a hostile search_path or
    // DateStyle there does not reach us, nor an isolation level that would hide a hold made since
    // the transaction began. The zone is the JVM's, whatever is said here: the driver sends it;
    // nothing of ours depends on it.
    properties.setProperty(
        "options",
        "-c search_path=pg_catalog,pg_temp -c DateStyle=ISO"
            // what is run as the session's role is asked of the current one: they are the same
            + " -c role=none"
            + " -c IntervalStyle=postgres -c quote_all_identifiers=off -c plan_cache_mode=force_custom_plan"
            + " -c default_transaction_isolation=read\\ committed");
    if (!url.options().isEmpty()) {
      // the user's first: of two that contradict each other the last counts
      properties.setProperty("options", url.options() + " " + properties.getProperty("options"));
    }
    return properties;
  }

  private Properties login(String application) {
    Properties properties = new Properties();
    if (url.user() != null) {
      properties.setProperty("user", url.user());
    }
    if (url.password() != null) {
      properties.setProperty("password", url.password());
    }
    properties.setProperty("ApplicationName", application);
    // So that name and settings come with the connection instead of statements of their own.
    properties.setProperty("assumeMinServerVersion", "15");
    properties.setProperty("connectTimeout", Integer.toString(CONNECT_TIMEOUT_SECONDS));
    properties.setProperty("loginTimeout", Integer.toString(CONNECT_TIMEOUT_SECONDS));
    properties.setProperty("tcpKeepAlive", "true");
    return properties;
  }

  public Settings settings() {
    return settings;
  }

  /** This machine's clock. */
  public Clock clock() {
    return clock;
  }

  /** How far it may be from the database's. */
  public Duration clockTolerance() {
    return settings.clockTolerance();
  }

  @Override
  public synchronized void close() {
    if (pool != null) {
      pool.close();
    }
    if (embedded != null) {
      embedded.close();
    }
  }
}
