package dev.archivist.db.migrate;

import com.zaxxer.hikari.HikariDataSource;
import dev.archivist.db.Database;
import dev.archivist.db.DatabaseFailure;
import dev.archivist.db.EngineJar;
import dev.archivist.db.Hosts;
import dev.archivist.db.SchemaStamp;
import dev.archivist.db.Statements;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.job.Host;
import dev.archivist.failure.ArchiveFailure;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.migration.JavaMigration;
import org.flywaydb.core.api.output.MigrateResult;

/**
 * Brings the schema to this version. Flyway's history is in schema {@code archive}, apart from any
 * history the application has.
 */
public final class Migrations {
  private final Database database;
  private final Supplier<EngineJar> jar;
  private final SchemaChange change;
  private final Set<Preset> asked;

  public Migrations(Database database) {
    this(database, EngineJar::ofThisProgram);
  }

  /**
   * @param jar the engine to load; asked for only where there is PL/Java
   */
  Migrations(Database database, Supplier<EngineJar> jar) {
    this(database, jar, new SchemaChange());
  }

  Migrations(Database database, Supplier<EngineJar> jar, SchemaChange change) {
    this(database, jar, change, Set.of());
  }

  private Migrations(
      Database database, Supplier<EngineJar> jar, SchemaChange change, Set<Preset> asked) {
    this.database = database;
    this.jar = jar;
    this.change = change;
    this.asked = Set.copyOf(asked);
  }

  /**
   * The same with presets that are installed even where the application's tables are missing: they
   * are made then.
   */
  public Migrations with(Set<Preset> presets) {
    return new Migrations(database, jar, change, presets);
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

  /**
   * Runs what is missing; safe to repeat.
   *
   * @throws ArchiveFailure {@code ZA001} if the engine is to be replaced while a job runs, {@code
   *     ZA012} or {@code ZA014} if the database cannot have the engine it was told to have, or the
   *     one it has cannot be brought up to date by this role, {@code ZA004} if Flyway's table is
   *     not to be trusted, {@code ZA050} if the schema is newer than this program, {@code ZA019} if
   *     others are in the way for minutes. Nothing is changed then
   */
  public Result migrate(HostChoice choice) {
    database.requireWritable();
    database.fit().requireNotNewer();
    Preflight.requireOwner(database);
    change.make(() -> MigrationHistory.reach(database));
    Preflight.require(database, presets());
    LostRights.forget(database);
    if (choice == HostChoice.RUNNER) {
      return migrate(Host.RUNNER, StateBeforeMigration.of(database), List.of());
    }
    PlJava pljava = PlJava.inspect(database);
    Optional<ArchiveFailure> obstacle = pljava.obstacle();
    if (obstacle.isPresent() && host() == Host.IN_DATABASE && pljava.installed().isPresent()) {
      if (pending()) {
        throw obstacle.get();
      }
      return new Result(0, currentVersion(), Host.IN_DATABASE, List.of());
    }
    StateBeforeMigration before = StateBeforeMigration.of(database);
    if (obstacle.isEmpty() && pljava.installed().isEmpty()) {
      obstacle = create(pljava);
    }
    if (obstacle.isEmpty()) {
      forgetEngineThatIsGone();
      return migrate(Host.IN_DATABASE, before, List.of());
    }
    if (choice == HostChoice.IN_DATABASE) {
      throw obstacle.get();
    }
    return migrate(
        Host.RUNNER,
        before,
        List.of(
            "the engine runs in the runner: " + obstacle.get().getMessage(),
            "HINT: " + obstacle.get().hint()));
  }

  private Optional<ArchiveFailure> create(PlJava pljava) {
    try {
      PlJava.create(database);
      return Optional.empty();
    } catch (ArchiveFailure failure) {
      // Another session may have been quicker.
      return PlJava.inspect(database).installed().isPresent()
          ? Optional.empty()
          : Optional.of(pljava.notStarted(failure));
    }
  }

  /**
   * Whoever drops the extension with CASCADE takes jar and functions with it, and Flyway does not
   * see that. Without their entries in the history they are made again.
   */
  private void forgetEngineThatIsGone() {
    database.inSession(
        "archivist migrate",
        connection -> {
          if (host() == Host.RUNNER
              && MigrationHistory.isThere(connection)
              && PlJava.jars(connection).isEmpty()) {
            Statements.query(connection, "history.forget_repeatables_with")
                .bind(EngineJarMigration.DESCRIPTION)
                .update();
            connection.commit();
          }
          return null;
        });
  }

  /**
   * What ran.
   *
   * @param remarks which policies could not have their views
   */
  private record Ran(MigrateResult result, List<String> remarks) {}

  /** All or nothing: every migration in one transaction, and nothing of its making left behind. */
  private Result migrate(Host host, StateBeforeMigration before, List<String> remarks) {
    UnifiedViewsMigration.forgetIfMissing(database);
    SchemaStampMigration.forgetIfLost(database, stamp(host));
    List<EngineSessions.Session> sessions = EngineSessions.of(database);
    Ran ran = migrateOrRestore(host, before);
    change.make(() -> MigrationHistory.handOver(database));
    MigrateResult result = ran.result();
    List<String> all = new ArrayList<>(remarks);
    all.addAll(ran.remarks());
    if (before.engine() && ranEngineJar(result)) {
      sessions.forEach(
          session ->
              all.add("session " + session + " must reconnect if it has called archive functions"));
    }
    return new Result(result.migrationsExecuted, currentVersion(), host, all);
  }

  private Ran migrateOrRestore(Host host, StateBeforeMigration before) {
    try {
      return change.make(() -> migrateOnce(host));
    } catch (ArchiveFailure failure) {
      try {
        before.restore(database);
      } catch (ArchiveFailure notRestored) {
        failure.addSuppressed(notRestored);
      }
      throw failure;
    }
  }

  private Ran migrateOnce(Host host) {
    UnifiedViewsMigration views = new UnifiedViewsMigration();
    try (HikariDataSource connections = database.poolForSchemaChange()) {
      return new Ran(flyway(host, connections, views).migrate(), views.remarks());
    } catch (FlywayException e) {
      throw translated(e);
    }
  }

  private static boolean ranEngineJar(MigrateResult result) {
    return result.migrations.stream()
        .anyMatch(each -> each.description.equals(EngineJarMigration.DESCRIPTION));
  }

  /** Where the engine of this database runs. */
  public Host host() {
    return database.looking(Hosts::kind);
  }

  /** The schema's version, or empty text where there is none. */
  public String currentVersion() {
    try {
      MigrationInfo current = flyway(host()).info().current();
      return current == null || current.getVersion() == null
          ? versionBeforeRepeatables()
          : current.getVersion().toString();
    } catch (FlywayException e) {
      throw translated(e);
    }
  }

  /** Whether {@link #migrate} would do something. */
  public boolean pending() {
    try {
      Host host = host();
      return flyway(host).info().pending().length > 0
          || SchemaStampMigration.isLost(database, stamp(host))
          || database.looking(LostRights::areLost);
    } catch (FlywayException e) {
      throw translated(e);
    }
  }

  private String versionBeforeRepeatables() {
    String version = "";
    for (MigrationInfo info : flyway(host()).info().applied()) {
      if (info.getVersion() != null) {
        version = info.getVersion().toString();
      }
    }
    return version;
  }

  /** One that only looks. */
  private Flyway flyway(Host host) {
    return flyway(host, database.pool(), new UnifiedViewsMigration());
  }

  private Flyway flyway(Host host, DataSource connections, UnifiedViewsMigration views) {
    requireNameThatCanBeQuoted();
    database.looking(MigrationHistory::isThere);
    FluentConfiguration configuration =
        Flyway.configure()
            .dataSource(connections)
            .locations(locations(host))
            .schemas("archive")
            .defaultSchema("archive")
            .createSchemas(true)
            .table("flyway_schema_history")
            .group(true)
            // functions of the other host, and the jar where there is none
            .ignoreMigrationPatterns("repeatable:missing")
            .placeholders(Map.of("app_schema", database.settings().appSchema()))
            .validateMigrationNaming(true);
    List<JavaMigration> inJava = new ArrayList<>(List.of(views));
    if (host == Host.IN_DATABASE) {
      EngineJar engine = jar.get();
      inJava.add(new EngineJarMigration(engine));
      inJava.add(new EngineCheckMigration(engine));
    }
    inJava.add(new SchemaStampMigration(stamp(host)));
    return configuration.javaMigrations(inJava.toArray(JavaMigration[]::new)).load();
  }

  /** Flyway puts the role's name between apostrophes as it is. */
  private void requireNameThatCanBeQuoted() {
    String role =
        database.looking(
            connection ->
                Statements.query(connection, "migration.role").one(row -> row.getString(1)));
    if (role.contains("'")) {
      throw new ArchiveFailure(
          ArchiveError.CONFIGURATION_INVALID,
          "role %s has an apostrophe in its name, and Flyway cannot work as such a role"
              .formatted(role),
          "Run archivist migrate and doctor as another role; all other commands work.");
    }
  }

  /** Whether anything was ever migrated. */
  public boolean isBegun() {
    return database.looking(MigrationHistory::isThere);
  }

  private SchemaStamp stamp(Host host) {
    SchemaStamp ours = SchemaStamp.ofThisProgram();
    return host == Host.IN_DATABASE ? ours.with(jar.get()) : ours;
  }

  private String[] locations(Host host) {
    List<String> locations =
        new ArrayList<>(
            List.of(
                "classpath:db/migrations/callbacks",
                "classpath:db/migrations/versioned",
                "classpath:db/migrations/rights",
                "classpath:db/migrations/functions/any",
                "classpath:db/migrations/functions/" + host.label(),
                "classpath:db/views"));
    presets().stream().map(Preset::location).forEach(locations::add);
    return locations.toArray(String[]::new);
  }

  /** Those that were asked for, and those that the database has or wants. */
  private List<Preset> presets() {
    String appSchema = database.settings().appSchema();
    return database.looking(
        connection -> {
          List<Preset> presets = new ArrayList<>();
          for (Preset preset : Preset.values()) {
            if (asked.contains(preset) || preset.isWanted(connection, appSchema)) {
              presets.add(preset);
            }
          }
          return presets;
        });
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
