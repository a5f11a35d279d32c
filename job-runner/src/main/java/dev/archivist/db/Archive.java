package dev.archivist.db;

import static dev.archivist.db.jooq.archive.Tables.JOBS;
import static dev.archivist.db.jooq.archive.Tables.POLICIES;
import static dev.archivist.db.jooq.archive.Tables.POLICY_TABLES;
import static dev.archivist.db.jooq.public_.Tables.V_ARCHIVE_STATISTICS;

import dev.archivist.db.jooq.archive.tables.records.JobsRecord;
import dev.archivist.document.ArchiveTier;
import dev.archivist.document.Job;
import dev.archivist.document.Json;
import dev.archivist.document.Plan;
import dev.archivist.document.RestorePlan;
import dev.archivist.document.VerifiedRows;
import dev.archivist.engine.archive.Guards;
import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.digest.OutputSettings;
import dev.archivist.engine.job.CodeState;
import dev.archivist.engine.job.Inspection;
import dev.archivist.engine.job.TableLocks;
import dev.archivist.engine.policy.Policies;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.Refusal;
import dev.archivist.engine.report.ArchivedReport;
import dev.archivist.engine.report.Report;
import dev.archivist.engine.report.ReportRows;
import dev.archivist.engine.restore.ReportRestore;
import dev.archivist.engine.restore.RestorePreview;
import dev.archivist.engine.restore.RestoreRequest;
import dev.archivist.engine.sql.QualifiedName;
import dev.archivist.engine.sql.Query;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.Records;
import org.jooq.SQLDialect;
import org.jooq.conf.MappedSchema;
import org.jooq.conf.RenderMapping;
import org.jooq.conf.Settings;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;

/** What the program reads of the archive: policies, plans, jobs, tiers. */
public final class Archive {
  private final Database database;
  private final Optional<SharedSession> shared;

  public Archive(Database database) {
    this(database, Optional.empty());
  }

  private Archive(Database database, Optional<SharedSession> shared) {
    this.database = database;
    this.shared = shared;
  }

  /**
   * Gives work an archive that reads all policies in one session. The first plan of a session costs
   * several times what each further one does: a connection, the catalogue, the engine's JVM.
   */
  public <T> T inOneSession(Function<Archive, T> work) {
    try (SharedSession session = new SharedSession(database)) {
      return work.apply(new Archive(database, Optional.of(session)));
    }
  }

  /** Which database it is in. */
  public DatabaseIdentity identity() {
    return DatabaseIdentity.of(database);
  }

  /**
   * A policy's name, kind and live table; the tables are null if it has none yet.
   *
   * @param enabled whether it runs with {@code --all} and at night
   */
  public record PolicySummary(
      String name,
      String kind,
      String sourceSchema,
      String sourceTable,
      String archiveSchema,
      String archiveTable,
      boolean enabled) {
    public boolean hasTable() {
      return sourceTable != null;
    }
  }

  /** Every policy's name, in the order of their making. */
  public List<String> policyNames() {
    return query(
        dsl ->
            dsl.select(POLICIES.NAME)
                .from(POLICIES)
                .orderBy(POLICIES.POLICY_ID)
                .fetch(POLICIES.NAME));
  }

  /**
   * Every policy, in the order of their making, also those that are not valid; the tables are its
   * root's.
   */
  public List<PolicySummary> policies() {
    return query(
        dsl ->
            dsl.select(
                    POLICIES.NAME,
                    POLICIES.KIND,
                    POLICY_TABLES.SOURCE_SCHEMA,
                    POLICY_TABLES.SOURCE_TABLE,
                    POLICY_TABLES.ARCHIVE_SCHEMA,
                    POLICY_TABLES.ARCHIVE_TABLE,
                    POLICIES.ENABLED)
                .from(POLICIES)
                .leftJoin(POLICY_TABLES)
                .on(POLICY_TABLES.POLICY.eq(POLICIES.NAME), POLICY_TABLES.POSITION.eq((short) 0))
                .orderBy(POLICIES.POLICY_ID)
                .fetch(Records.mapping(PolicySummary::new)));
  }

  /** Those of {@link #policies} that have a table. */
  public List<PolicySummary> policiesWithTables() {
    return policies().stream().filter(PolicySummary::hasTable).toList();
  }

  /** What the objects of policies that offload files begin with, each once. */
  public List<String> objectPrefixes() {
    return reading(
        connection -> {
          Set<String> prefixes = new TreeSet<>();
          for (PolicySummary policy : policiesWithTables()) {
            Policies.named(connection, policy.name())
                .kind()
                .files()
                .ifPresent(files -> prefixes.add(files.objectPrefix()));
          }
          return List.copyOf(prefixes);
        });
  }

  /** Whether the policy's content is in files, which only a runner can reach. */
  public boolean hasFiles(String policy) {
    return reading(connection -> Policies.named(connection, policy).kind().files().isPresent());
  }

  /** What a run would do now; the transaction is read-only. */
  public Plan plan(String policy) {
    return Json.read(
        reading(connection -> Hosts.of(connection).plan(connection, policy)), Plan.class);
  }

  /** What a guard has against running the policy now; empty if nothing. */
  public List<String> refusals(String policyName) {
    return reading(
        connection ->
            Guards.check(connection, Policies.named(connection, policyName)).stream()
                .map(Refusal::what)
                .toList());
  }

  /** The comparison of ledger, journal and data, like that of {@code archive.verify}. */
  public VerifiedRows verify(String policy) {
    try (VerifySession session = VerifySession.open(database, policy)) {
      List<String> months = new ArrayList<>();
      session.parts(Optional.empty()).forEach(part -> months.addAll(session.months(part)));
      return session.summary(months);
    }
  }

  /** What a restore would do now; the transaction is read-only. */
  public RestorePlan restorePreview(String policyName, String options) {
    return Json.read(
        reading(
            connection ->
                RestorePreview.render(connection, Policies.named(connection, policyName), options)),
        RestorePlan.class);
  }

  /**
   * Every archived report that a restore would bring back, oldest first.
   *
   * @param options as for {@link #restorePreview}
   */
  public List<ArchivedReport> reportsToRestore(String policyName, String options) {
    return reading(
        connection -> {
          Policy policy = Policies.named(connection, policyName);
          RestoreRequest request =
              RestoreRequest.of(connection, RestoreRequest.checked(connection, policy, options));
          TableLocks.keepOthersOut(connection, policy);
          CodeState code = Inspection.trusted(connection, policy).code();
          List<ArchivedReport> reports =
              allPages(
                  after -> ReportRestore.candidates(connection, policy, request, after),
                  last -> new ReportRows.Position(last.createdAt(), last.id()));
          code.require(connection);
          return reports;
        });
  }

  /** Every report that a run of this policy would offload now, oldest first. */
  public List<Report> reportsToOffload(String policyName) {
    return reading(
        connection -> {
          Policy policy = Policies.named(connection, policyName);
          TableLocks.keepOthersOut(connection, policy);
          CodeState code = Inspection.trusted(connection, policy).code();
          OffsetDateTime cutoff = Policies.cutoff(connection, policy);
          List<Report> reports =
              allPages(
                  after -> ReportRows.candidates(connection, policy, cutoff, after),
                  last -> new ReportRows.Position(last.createdAt(), last.id()));
          code.require(connection);
          return reports;
        });
  }

  /** A page of reports after a position; an empty one comes after the last. */
  @FunctionalInterface
  private interface Page<T> {
    List<T> after(ReportRows.Position position) throws SQLException;
  }

  private static <T> List<T> allPages(Page<T> pages, Function<T, ReportRows.Position> position)
      throws SQLException {
    List<T> all = new ArrayList<>();
    List<T> page = pages.after(ReportRows.Position.START);
    while (!page.isEmpty()) {
      all.addAll(page);
      page = pages.after(position.apply(page.get(page.size() - 1)));
    }
    return all;
  }

  /** The newest jobs first. */
  public List<Job> jobs(int limit) {
    return jobs(DSL.noCondition(), limit);
  }

  /** The newest run of a policy that was begun; what was asked for besides says nothing of it. */
  public Optional<Job> lastRun(String policy) {
    Condition begun = JOBS.ACTION.eq("run").and(JOBS.STATUS.ne("pending"));
    return jobs(JOBS.JOB_TYPE.eq(policy).and(begun), 1).stream().findFirst();
  }

  /** The job of this id. */
  public Optional<Job> job(UUID id) {
    return jobs(JOBS.ID.eq(id), 1).stream().findFirst();
  }

  private static Job job(JobsRecord row) {
    return new Job(
        row.getId(),
        row.getJobType(),
        row.getAction(),
        row.getStatus(),
        row.getHost(),
        row.getStartedAt(),
        row.getCompletedAt(),
        row.getRecordsProcessed(),
        row.getRecordsArchived(),
        row.getRecordsDeleted(),
        row.getBytesArchived(),
        row.getBatches(),
        row.getErrorMessage());
  }

  /** Jobs whose sessions are gone are told from those that run. */
  private List<Job> jobs(Condition condition, int limit) {
    List<Job> jobs = rowsOfJobs(condition, limit);
    if (jobs.stream().noneMatch(Job::isRunning)) {
      return jobs;
    }
    List<String> held =
        database.looking(
            connection ->
                Statements.query(connection, "job.held_policies").list(row -> row.getString(1)));
    // a job may have ended since its row was read
    List<UUID> open =
        rowsOfJobs(JOBS.STATUS.eq("running"), Integer.MAX_VALUE).stream().map(Job::id).toList();
    return jobs.stream()
        .map(
            job ->
                job.isRunning() && open.contains(job.id()) && !held.contains(job.policy())
                    ? job.abandoned()
                    : job)
        .toList();
  }

  private List<Job> rowsOfJobs(Condition condition, int limit) {
    return query(
        dsl ->
            dsl.selectFrom(JOBS)
                .where(condition)
                .orderBy(JOBS.CREATED_AT.desc(), JOBS.STARTED_AT.desc())
                .limit(limit)
                .fetch(Archive::job));
  }

  /**
   * Notes a job that could not be opened, so that whoever watches {@code archive_jobs} sees it; if
   * it was asked for, on that request.
   */
  public void recordRefused(String policy, String errorMessage) {
    query(
        dsl -> {
          int asked =
              dsl.update(JOBS)
                  .set(JOBS.STATUS, "failed")
                  .set(JOBS.STARTED_AT, DSL.currentOffsetDateTime())
                  .set(JOBS.COMPLETED_AT, DSL.currentOffsetDateTime())
                  .set(JOBS.ERROR_MESSAGE, errorMessage)
                  .where(JOBS.JOB_TYPE.eq(policy), JOBS.STATUS.eq("pending"), JOBS.ACTION.eq("run"))
                  .execute();
          return asked > 0
              ? asked
              : dsl.insertInto(JOBS)
                  .set(JOBS.JOB_TYPE, policy)
                  .set(JOBS.STATUS, "failed")
                  .set(JOBS.STARTED_AT, DSL.currentOffsetDateTime())
                  .set(JOBS.COMPLETED_AT, DSL.currentOffsetDateTime())
                  .set(JOBS.ERROR_MESSAGE, errorMessage)
                  .execute();
        });
  }

  /**
   * Notes a restore that could not be opened, so that whoever watches {@code archive_jobs} sees it.
   */
  public void recordRefusedRestore(String policy, String options, String errorMessage) {
    query(
        dsl ->
            dsl.insertInto(JOBS)
                .set(JOBS.JOB_TYPE, policy)
                .set(JOBS.ACTION, "restore")
                .set(JOBS.OPTIONS, JSONB.valueOf(options))
                .set(JOBS.STATUS, "failed")
                .set(JOBS.STARTED_AT, DSL.currentOffsetDateTime())
                .set(JOBS.COMPLETED_AT, DSL.currentOffsetDateTime())
                .set(JOBS.ERROR_MESSAGE, errorMessage)
                .execute());
  }

  /** The archive tier of every policy. */
  public List<ArchiveTier> archiveTiers() {
    return query(
        dsl ->
            dsl.selectFrom(V_ARCHIVE_STATISTICS)
                .fetch(
                    row ->
                        new ArchiveTier(
                            row.getArchiveType(),
                            row.getTotalRecords(),
                            row.getOldestRecord(),
                            row.getNewestRecord(),
                            row.getTotalBytes())));
  }

  /** Archived reports: how many, the size of their files, and of their objects, in bytes. */
  public record StoredObjects(long count, long contentBytes, long objectBytes) {}

  /** What the object store holds for a policy that offloads files. */
  public StoredObjects storedObjects(String policyName) {
    return reading(
        connection ->
            Query.of(
                    connection,
                    Statements.text("content.objects")
                        .with("archive", Policies.named(connection, policyName).archive()))
                .one(row -> new StoredObjects(row.getLong(1), row.getLong(2), row.getLong(3))));
  }

  /** Rows of a table, counted, and the bytes it takes on disk with its indexes. */
  public record TableSize(long rows, long bytes) {}

  /** Counts a table; for a partitioned one, with all its partitions. */
  public TableSize size(String schema, String table) {
    QualifiedName name = QualifiedName.of(schema, table);
    return database.looking(
        connection ->
            Query.of(connection, Statements.text("table.size").with("table", name))
                .bind(name.sql())
                .one(row -> new TableSize(row.getLong("rows"), row.getLong("bytes"))));
  }

  /**
   * What must not change when a policy runs, recomputed from the data of both tiers: for moved rows
   * and reports how many there are and the sum of their md5; for roll-ups the number of samples and
   * their exact sum.
   */
  public String content(String policyName) {
    return reading(
        connection -> {
          Policy policy = Policies.named(connection, policyName);
          Columns live = Columns.of(connection, policy.source());
          OutputSettings.fix(connection);
          return Query.of(connection, policy.kind().conserved(policy, live))
              .one(row -> row.getString(1));
        });
  }

  public <T> T query(Function<DSLContext, T> work) {
    try {
      return work.apply(DSL.using(database.pool(), SQLDialect.POSTGRES, mapping()));
    } catch (DataAccessException e) {
      SQLException cause = e.getCause(SQLException.class);
      if (cause == null) {
        throw e;
      }
      throw DatabaseFailure.of(cause);
    }
  }

  private Settings mapping() {
    return new Settings()
        .withRenderMapping(
            new RenderMapping()
                .withSchemata(
                    new MappedSchema()
                        .withInput("public")
                        .withOutput(database.settings().appSchema())));
  }

  private <T> T reading(SessionWork<T> work) {
    return shared.isPresent()
        ? shared.get().give(connection -> readOnly(connection, work))
        : database.inSession(SharedSession.APPLICATION, connection -> readOnly(connection, work));
  }

  private static <T> T readOnly(Connection connection, SessionWork<T> work) {
    return Transactions.readOnly(connection, () -> work.run(connection));
  }
}
