package dev.archivist.db;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.sql.SQLException;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
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

  /**
   * What a migration did.
   *
   * @param executed number of migrations that ran; 0 if the schema was up to date
   * @param version the schema's version now
   */
  public record Result(int executed, String version) {}

  /** Runs what is missing; safe to repeat. */
  public Result migrate() {
    try {
      MigrateResult result = flyway().migrate();
      return new Result(result.migrationsExecuted, currentVersion());
    } catch (FlywayException e) {
      throw translated(e);
    }
  }

  /** The schema's version, or empty text where there is none. */
  public String currentVersion() {
    try {
      MigrationInfo current = flyway().info().current();
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
      return flyway().info().pending().length > 0;
    } catch (FlywayException e) {
      throw translated(e);
    }
  }

  private String versionBehindRepeatables() {
    String version = "";
    for (MigrationInfo info : flyway().info().applied()) {
      if (info.getVersion() != null) {
        version = info.getVersion().toString();
      }
    }
    return version;
  }

  private Flyway flyway() {
    return Flyway.configure()
        .dataSource(database.pool())
        .locations(
            "classpath:db/migrations/versioned",
            "classpath:db/migrations/functions/any",
            "classpath:db/views")
        .schemas("archive")
        .defaultSchema("archive")
        .createSchemas(true)
        .table("flyway_schema_history")
        .placeholders(Map.of("app_schema", database.settings().appSchema()))
        .validateMigrationNaming(true)
        .load();
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
