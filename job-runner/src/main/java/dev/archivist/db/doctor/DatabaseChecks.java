package dev.archivist.db.doctor;

import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.db.SchemaFit;
import dev.archivist.db.SchemaStamp;
import dev.archivist.db.SessionStart;
import dev.archivist.db.Statements;
import dev.archivist.db.VerifySession;
import dev.archivist.db.migrate.Migrations;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import dev.archivist.failure.ArchiveFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What can be wrong with a database. */
public final class DatabaseChecks {
  private static final int NEEDED_VERSION = 150_000;
  private static final Duration CLOCK_WARNING = Duration.ofMinutes(1);

  private final Database database;
  private final Archive archive;

  public DatabaseChecks(Database database) {
    this.database = database;
    this.archive = new Archive(database);
  }

  /**
   * One finding.
   *
   * @param verdict {@code OK}, {@code WARNING} or {@code FAILED}
   */
  public record Finding(String what, String verdict, String found, String hint) {}

  /** Every check, in the order in which one depends on the other. */
  public List<Finding> all() {
    List<Finding> findings = new ArrayList<>();
    findings.add(guarded("connection", this::connection));
    if (findings.get(0).verdict().equals("FAILED")) {
      return findings;
    }
    findings.add(guarded("writes", this::writes));
    findings.add(guarded("clock", this::clock));
    findings.add(guarded("PL/Java", () -> new PlJavaCheck(database, archive).finding()));
    Finding schema = guarded("schema", this::schema);
    findings.add(schema);
    if (schema.verdict().equals("OK")) {
      findings.add(guarded("rights", this::rights));
      findings.add(guarded("owners of live tables", this::liveOwners));
      findings.add(guarded("trusted functions", this::trusts));
      findings.add(guarded("bin", this::bin));
      findings.addAll(archive.inOneSession(DatabaseChecks::policies));
    }
    return findings;
  }

  private static List<Finding> policies(Archive archive) {
    List<Finding> findings = new ArrayList<>();
    List<Archive.PolicySummary> policies = archive.policies();
    for (Archive.PolicySummary policy : policies) {
      findings.add(guarded("policy " + policy.name(), () -> policy(archive, policy)));
    }
    archive.policyNames().stream()
        .filter(name -> policies.stream().noneMatch(policy -> policy.name().equals(name)))
        .forEach(name -> findings.add(withoutTables(name)));
    return findings;
  }

  private static Finding guarded(String what, Supplier<Finding> check) {
    try {
      return check.get();
    } catch (ArchiveFailure failure) {
      return new Finding(what, "FAILED", failure.getMessage(), failure.hint());
    }
  }

  /** What a server says it is: 15.4, 150004. */
  private record Server(String version, int number) {}

  private Finding connection() {
    Server server =
        database.looking(
            connection ->
                Statements.query(connection, "doctor.server")
                    .one(row -> new Server(row.getString("version"), row.getInt("number"))));
    boolean old = server.number() < NEEDED_VERSION;
    return new Finding(
        "connection",
        old ? "FAILED" : "OK",
        "PostgreSQL " + server.version() + " at " + database.url(),
        old ? "Archivist needs PostgreSQL 15 or newer." : "");
  }

  private Finding writes() {
    database.requireWritable();
    return new Finding("writes", "OK", "it takes writes, in sessions of our own", "");
  }

  private Finding clock() {
    Duration apart =
        database.looking(connection -> SessionStart.of(connection, database.clock()).apart());
    boolean tooFar = apart.compareTo(database.clockTolerance()) > 0;
    boolean far = apart.compareTo(CLOCK_WARNING) > 0;
    return new Finding(
        "clock",
        tooFar ? "FAILED" : far ? "WARNING" : "OK",
        "the database's clock and this machine's are " + apart.toMillis() + " ms apart",
        tooFar || far
            ? "Rows age by the database's clock, nights begin by this machine's: run NTP on both."
                + (tooFar ? " Until then nothing is run or purged." : "")
            : "");
  }

  private Finding schema() {
    SchemaFit fit = database.fit();
    if (fit.isMigrated()) {
      fit.require();
    }
    Migrations migrations = new Migrations(database);
    boolean isThere = migrations.isBegun();
    boolean pending = migrations.pending();
    return new Finding(
        "schema",
        pending ? "FAILED" : "OK",
        pending
            ? isThere ? "not that of this version" : "not migrated yet"
            : "version %03d".formatted(SchemaStamp.ofThisProgram().version()),
        pending ? "Run archivist migrate." : "");
  }

  private Finding rights() {
    List<String> found =
        texts(
            Statements.text("doctor.rights")
                .with("additions", Statements.text("doctor.additions")));
    if (!found.isEmpty()) {
      return new Finding(
          "rights",
          "WARNING",
          String.join("; ", found),
          "Whoever may replace what Archivist runs gains the rights of whoever runs it: REVOKE the"
              + " membership or the right, as superuser where it has ADMIN (docs/security.md); give"
              + " objects back to their roles; drop what was added, once you know who added it; ENABLE"
              + " what was disabled; and"
              + " take LOGIN and the like from Archivist's roles by ALTER ROLE.");
    }
    List<String> mayJoin = texts(Statements.text("doctor.may_join"));
    return new Finding(
        "rights",
        "OK",
        "nobody is a member of archive_engine or archive_auditor"
            + (mayJoin.isEmpty()
                ? ""
                : "; until PostgreSQL 16 CREATEROLE may join them: " + String.join(", ", mayJoin)),
        "");
  }

  /** Who is not meant to reach what is archived, and does. */
  private Finding liveOwners() {
    List<String> found = texts(Statements.text("doctor.live_owners"));
    return new Finding(
        "owners of live tables",
        found.isEmpty() ? "OK" : "WARNING",
        found.isEmpty() ? "none is a member of archive_owner" : String.join("; ", found),
        found.isEmpty()
            ? ""
            : "An application that logs in as this role can change and delete what is archived. Let"
                + " it have another login, or let another role migrate and REVOKE archive_owner from"
                + " this one: docs/security.md.");
  }

  /** Trusts that count no more, which somebody may believe in. */
  private Finding trusts() {
    List<String> ended =
        texts(Statements.text("doctor.ended_trusts").with("trusts", Statements.text("trust.list")));
    return new Finding(
        "trusted functions",
        ended.isEmpty() ? "OK" : "WARNING",
        ended.isEmpty() ? "every trust counts" : String.join("; ", ended),
        ended.isEmpty()
            ? ""
            : "Read what the function is now and archivist trust it again, or archivist trust revoke it.");
  }

  /** Nobody compares, drops or restores a table of which no entry knows. */
  private Finding bin() {
    List<String> strangers = VerifySession.strangers(database);
    return new Finding(
        "bin",
        strangers.isEmpty() ? "OK" : "WARNING",
        strangers.isEmpty()
            ? "every table in schema archive_bin is of an entry of archive.bin"
            : "no entry of archive.bin has " + String.join(", ", strangers),
        strangers.isEmpty()
            ? ""
            : "Look what it is, and where it came from (archivist audit); then drop it, or move it to"
                + " another schema.");
  }

  private List<String> texts(SqlText statement) {
    return database.looking(
        connection -> Query.of(connection, statement).list(row -> row.getString(1)));
  }

  /** It is no policy yet, and nothing runs it. */
  private static Finding withoutTables(String policy) {
    return new Finding(
        "policy " + policy,
        "FAILED",
        "it names no table, so nothing runs it",
        "Add its live table and its archive to archive.policy_tables, at position 0.");
  }

  private static Finding policy(Archive archive, Archive.PolicySummary policy) {
    if (!policy.enabled() && !policy.hasTable()) {
      return new Finding(
          "policy " + policy.name(),
          "WARNING",
          "it is disabled, and has no row in archive.policy_tables",
          "Give it its tables before you enable it, or delete it.");
    }
    List<String> refusals = archive.refusals(policy.name());
    return new Finding(
        "policy " + policy.name(),
        refusals.isEmpty() ? "OK" : "FAILED",
        refusals.isEmpty()
            ? policy.kind() + " " + policy.sourceTable() + " -> " + policy.archiveTable()
            : String.join("; ", refusals),
        refusals.isEmpty() ? "" : "archivist plan --policy " + policy.name() + " says what to do.");
  }
}
