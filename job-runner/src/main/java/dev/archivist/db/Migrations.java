package dev.archivist.db;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.job.Host;
import dev.archivist.failure.ArchiveFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.output.MigrateResult;

/**
 * Brings the schema to this version. Flyway's history is in schema {@code archive}, apart from any
 * history the application has.
 */
public final class Migrations {
  private final Database database;

  public Migrations(Database database) {
    this.database = database;
  }

  /** Where the engine is to run. */
  public enum HostChoice {
    /** In the database if PL/Java is there or can be created, else in the runner. */
    AUTO,
    RUNNER,
    IN_DATABASE
  }

  /**
   * What a migration did.
   *
   * @param executed number of migrations that ran; 0 if the schema was up to date
   * @param version the schema's version now
   * @param host where the engine runs now
   * @param remarks what the reader should know: why not in the database, who must reconnect
   */
  public record Result(int executed, String version, Host host, List<String> remarks) {}

  /** Runs what is missing, for the host that the database can have; safe to repeat. */
  public Result migrate() {
    return migrate(HostChoice.AUTO);
  }

  /** Runs what is missing; safe to repeat. */
  public Result migrate(HostChoice choice) {
    List<String> remarks = new ArrayList<>();
    boolean created = false;
    Host host = Host.RUNNER;
    if (choice != HostChoice.RUNNER) {
      PlJava pljava = PlJava.inspect(database);
      Optional<ArchiveFailure> obstacle = pljava.obstacle();
      if (obstacle.isEmpty() && pljava.installed().isEmpty()) {
        obstacle = create(pljava);
        created = obstacle.isEmpty();
      }
      if (obstacle.isPresent() && choice == HostChoice.IN_DATABASE) {
        throw obstacle.get();
      }
      obstacle.ifPresent(
          failure -> {
            remarks.add("the engine runs in the runner: " + failure.getMessage());
            remarks.add("HINT: " + failure.hint());
          });
      host = obstacle.isPresent() ? Host.RUNNER : Host.IN_DATABASE;
    }
    return migrate(host, created, remarks);
  }

  private Optional<ArchiveFailure> create(PlJava pljava) {
    try {
      PlJava.create(database);
      return Optional.empty();
    } catch (ArchiveFailure failure) {
      return Optional.of(pljava.notCreated(failure));
    }
  }

  /** All or nothing: every migration in one transaction, and no extension left behind. */
  private Result migrate(Host host, boolean extensionCreated, List<String> remarks) {
    List<EngineSessions.Session> before = EngineSessions.of(database);
    try {
      MigrateResult result = flyway(host).migrate();
      if (host == Host.IN_DATABASE && ranEngineJar(result) && !extensionCreated) {
        before.forEach(
            session ->
                remarks.add(
                    "session " + session + " must reconnect if it has called archive functions"));
      }
      return new Result(result.migrationsExecuted, currentVersion(), host, remarks);
    } catch (FlywayException e) {
      ArchiveFailure failure = translated(e);
      if (extensionCreated) {
        dropExtension(failure);
      }
      throw failure;
    }
  }

  private static boolean ranEngineJar(MigrateResult result) {
    return result.migrations.stream().anyMatch(each -> each.description.endsWith("engine jar"));
  }

  private void dropExtension(ArchiveFailure failure) {
    try {
      PlJava.drop(database);
    } catch (ArchiveFailure e) {
      failure.addSuppressed(e);
    }
  }

  /** Where the engine of this database runs. */
  public Host host() {
    return SqlCall.get(
        () -> {
          try (Connection connection = database.pool().getConnection()) {
            return Hosts.kind(connection);
          }
        });
  }

  /** The schema's version, or empty text where there is none. */
  public String currentVersion() {
    try {
      MigrationInfo current = flyway(host()).info().current();
      return current == null || current.getVersion() == null
          ? versionBehindRepeatables()
          : current.getVersion().toString();
    } catch (FlywayException e) {
      throw translated(e);
    }
  }

  /** Whether {@link #migrate} would do something. */
  public boolean pending() {
    try {
      return flyway(host()).info().pending().length > 0;
    } catch (FlywayException e) {
      throw translated(e);
    }
  }

  private String versionBehindRepeatables() {
    String version = "";
    for (MigrationInfo info : flyway(host()).info().applied()) {
      if (info.getVersion() != null) {
        version = info.getVersion().toString();
      }
    }
    return version;
  }

  private Flyway flyway(Host host) {
    FluentConfiguration configuration =
        Flyway.configure()
            .dataSource(database.pool())
            .locations(
                "classpath:db/migrations/versioned",
                "classpath:db/migrations/functions/any",
                "classpath:db/migrations/functions/" + host.label(),
                "classpath:db/views")
            .schemas("archive")
            .defaultSchema("archive")
            .createSchemas(true)
            .table("flyway_schema_history")
            .group(true)
            // functions of the other host, and the jar where there is none
            .ignoreMigrationPatterns("repeatable:missing")
            .placeholders(Map.of("app_schema", database.settings().appSchema()))
            .validateMigrationNaming(true);
    if (host == Host.IN_DATABASE) {
      configuration.javaMigrations(new EngineJarMigration(EngineJar.ofThisProgram()));
    }
    return configuration.load();
  }

  private static ArchiveFailure translated(FlywayException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        return DatabaseFailure.of(sql);
      }
    }
    return new ArchiveFailure(
        ArchiveError.SCHEMA_NOT_MIGRATED,
        "the schema cannot be migrated: " + e.getMessage(),
        "A migration that was applied must not be changed; see the table"
            + " archive.flyway_schema_history.",
        e);
  }
}
