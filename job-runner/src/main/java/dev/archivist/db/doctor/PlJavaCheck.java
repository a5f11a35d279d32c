package dev.archivist.db.doctor;

import static dev.archivist.db.jooq.archive.Tables.ENGINE_JAR;

import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.db.EngineJar;
import dev.archivist.db.Statements;
import dev.archivist.db.doctor.DatabaseChecks.Finding;
import dev.archivist.db.migrate.Migrations;
import dev.archivist.db.migrate.PlJava;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.job.Host;
import dev.archivist.failure.ArchiveFailure;
import java.util.List;
import java.util.Optional;

/** Which host the database has, whether that works, and what the other one would need. */
public final class PlJavaCheck {
  private static final String WHAT = "PL/Java";

  private final Database database;
  private final Archive archive;

  PlJavaCheck(Database database, Archive archive) {
    this.database = database;
    this.archive = archive;
  }

  Finding finding() {
    PlJava pljava = PlJava.inspect(database);
    return new Migrations(database).host() == Host.IN_DATABASE
        ? inDatabase(pljava)
        : inRunner(pljava);
  }

  private Finding inRunner(PlJava pljava) {
    Optional<ArchiveFailure> obstacle = pljava.obstacle();
    if (obstacle.isEmpty() && pljava.installed().isEmpty()) {
      obstacle = pljava.rehearse(database);
    }
    return obstacle
        .map(
            failure ->
                new Finding(
                    WHAT,
                    "OK",
                    "the engine runs in the runner: " + failure.getMessage(),
                    failure.hint()))
        .orElseGet(
            () ->
                new Finding(
                    WHAT,
                    "WARNING",
                    "the engine runs in the runner although the database can have it",
                    "Run archivist migrate --host in-database."));
  }

  private Finding inDatabase(PlJava pljava) {
    Optional<ArchiveFailure> broken = broken();
    if (broken.isPresent()) {
      ArchiveFailure failure = pljava.notStarted(broken.get());
      return new Finding(WHAT, "FAILED", failure.getMessage(), failure.hint());
    }
    List<String> open = openToEverybody();
    if (!open.isEmpty()) {
      return new Finding(
          WHAT,
          "WARNING",
          "any role that may use schema sqlj can load code: " + String.join(", ", open),
          "As superuser: REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA sqlj FROM PUBLIC;");
    }
    return jarIsOurs()
        ? new Finding(
            WHAT, "OK", "the engine runs in the database, and its jar is this program's", "")
        : new Finding(
            WHAT,
            "WARNING",
            "the engine runs in the database, but its jar is another version's",
            "Run archivist migrate with the DATABASE_URL of a superuser.");
  }

  /** Asks the engine for a policy that there cannot be: only a working one says so. */
  private Optional<ArchiveFailure> broken() {
    try {
      archive.plan("");
      return Optional.empty();
    } catch (ArchiveFailure failure) {
      return failure.error() == ArchiveError.POLICY_UNKNOWN
          ? Optional.empty()
          : Optional.of(failure);
    }
  }

  private List<String> openToEverybody() {
    return database.looking(
        connection ->
            Statements.query(connection, "doctor.open_managers").list(row -> row.getString(1)));
  }

  private boolean jarIsOurs() {
    String ours = EngineJar.ofThisProgram().sha256();
    return archive.query(
        dsl -> dsl.fetchExists(dsl.selectFrom(ENGINE_JAR).where(ENGINE_JAR.SHA256.eq(ours))));
  }
}
