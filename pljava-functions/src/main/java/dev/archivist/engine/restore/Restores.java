package dev.archivist.engine.restore;

import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.digest.OutputSettings;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.hold.Holds;
import dev.archivist.engine.job.Action;
import dev.archivist.engine.job.Host;
import dev.archivist.engine.job.Job;
import dev.archivist.engine.job.Jobs;
import dev.archivist.engine.job.Scan;
import dev.archivist.engine.policy.Policies;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyKind;
import dev.archivist.engine.policy.Refusal;
import dev.archivist.engine.report.ArchivedReport;
import dev.archivist.engine.report.ReportRows;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Takes archived rows back. Nothing here commits: one call is one transaction of the caller. A
 * restore is a job of its policy, so nothing is archived or purged meanwhile.
 */
public final class Restores {
  /** The smallest step of a time in PostgreSQL. */
  private static final long MICROSECOND = 1_000;

  private Restores() {}

  /**
   * Opens a job that restores. In the same transaction what will come back is held, so that no run
   * in between takes it again.
   *
   * @param options a JSON object: {@code from} and {@code to} (ISO 8601, UTC where no offset is
   *     given), and if need be {@code into}, {@code where}, {@code hold}
   * @throws ArchiveException {@code ZA012} if the role is no member of {@code archive_owner},
   *     {@code ZA004} if a guard refuses it, {@code ZA042} if rows have others in their place,
   *     {@code ZA001} if another session holds the policy
   */
  public static Job begin(Connection connection, String policyName, Host host, String options)
      throws SQLException {
    Policy policy = Policies.named(connection, policyName);
    Jobs.requireOwner(connection, policy.name());
    OutputSettings.fix(connection);
    String asked = RestoreRequest.checked(connection, policy, options);
    RestoreRequest order = RestoreRequest.of(connection, asked);
    // Before the job is opened, because its lock of the session outlives a rollback.
    Jobs.take(connection, policy);
    Jobs.keepAttached(connection, policy);
    requireSafe(connection, policy, order);
    requireNoConflicts(connection, policy, order);
    if (order.into().isPresent()) {
      if (Columns.of(connection, order.into().get()).list().isEmpty()) {
        CopyBatch.makeTable(connection, policy, order.into().get());
      }
    } else if (order.hold() != null) {
      hold(connection, policy, order);
    }
    Job job = Jobs.open(connection, policy, host, Action.RESTORE, asked);
    Jobs.saveProgress(connection, job.id(), new Scan.Index(order.from()));
    return job;
  }

  private static void requireSafe(Connection connection, Policy policy, RestoreRequest order)
      throws SQLException {
    List<Refusal> refusals = RestoreGuards.check(connection, policy, order);
    if (!refusals.isEmpty()) {
      throw Jobs.refused(policy, refusals);
    }
  }

  private static void requireNoConflicts(Connection connection, Policy policy, RestoreRequest order)
      throws SQLException {
    List<Conflict> conflicts = Conflict.of(connection, policy, order, order.from(), order.to());
    if (!conflicts.isEmpty()) {
      throw Conflict.refused(policy, order.target(policy), conflicts);
    }
  }

  /** Makes the hold if anything will come back; one that is there from an earlier try is longer. */
  private static void hold(Connection connection, Policy policy, RestoreRequest order)
      throws SQLException {
    SqlText any =
        SqlText.load("restore.any").with("archive", policy.archive()).with("time", policy.time());
    boolean comesBack =
        Query.of(connection, any)
            .bind(order.from(), order.to(), order.matching())
            .one(row -> row.getBoolean(1));
    SqlText hold = SqlText.load("hold.restored").with("clock", SqlText.load("policy.clock"));
    Query.of(connection, hold)
        .bind(policy.name(), order.from(), order.to(), order.matching(), order.hold())
        .bind("restored by archivist", comesBack)
        .list(row -> row.getString(1));
  }

  /**
   * Runs one batch of rows.
   *
   * @throws ArchiveException {@code ZA005} if the job is not running, {@code ZA006} if its policy
   *     is held by another session, {@code ZA007}, {@code ZA008}, {@code ZA042} as {@link
   *     RestoreBatch}
   */
  public static RestoreResult runBatch(Connection connection, UUID id) throws SQLException {
    Job job = Jobs.running(connection, id, Action.RESTORE);
    Policy policy = job.policy();
    if (policy.kind() instanceof PolicyKind.Offload) {
      throw Jobs.filesAreTheRunners(policy);
    }
    RestoreRequest order = RestoreRequest.of(connection, job.options());
    lock(connection, policy, order);
    Scan.Index at = (Scan.Index) Jobs.progress(connection, id);
    Optional<Part> part = next(connection, policy, order, at.position());
    if (part.isEmpty()) {
      return new RestoreResult(0, 0, 0, true);
    }
    RestoreContext scope = scope(connection, job, order, part.get());
    RestoreBatch.Outcome outcome =
        order.into().isPresent()
            ? CopyBatch.run(connection, scope)
            : RestoreBatch.run(connection, scope);
    OffsetDateTime position = behind(outcome, scope);
    Jobs.saveProgress(connection, id, new Scan.Index(position));
    RestoreResult result = outcome.result();
    Jobs.countRestored(connection, id, result.restored());
    return new RestoreResult(
        result.restored(),
        result.present(),
        result.bytes(),
        next(connection, policy, order, position).isEmpty());
  }

  /** What of the range is in the bin, and so will not come back, for people to read. */
  public static List<String> binned(Connection connection, UUID id) throws SQLException {
    Job job = Jobs.running(connection, id, Action.RESTORE);
    return RestoreRequest.of(connection, job.options()).binned(connection, job.policy());
  }

  /** Archived reports that are to come back, behind the position, oldest first. */
  public static List<ArchivedReport> reports(
      Connection connection, UUID id, ReportRows.Position after) throws SQLException {
    Job job = Jobs.running(connection, id, Action.RESTORE);
    return ReportRestore.candidates(
        connection, job.policy(), RestoreRequest.of(connection, job.options()), after);
  }

  /**
   * Moves one report's row back after its file was put in its place.
   *
   * @return empty if the archive has it no more
   */
  public static Optional<RestoreResult> commitReport(
      Connection connection, UUID id, ArchivedReport report) throws SQLException {
    Job job = Jobs.running(connection, id, Action.RESTORE);
    RestoreRequest order = RestoreRequest.of(connection, job.options());
    lock(connection, job.policy(), order);
    Part all = new Part(order.from(), order.to());
    Optional<RestoreResult> result =
        ReportRestore.commit(connection, scope(connection, job, order, all), report);
    if (result.isPresent()) {
      Jobs.countRestored(connection, id, result.get().restored());
    }
    return result;
  }

  private static RestoreContext scope(
      Connection connection, Job job, RestoreRequest order, Part part) throws SQLException {
    return new RestoreContext(
        job.id(),
        UUID.randomUUID(),
        job.policy(),
        order,
        part.from(),
        part.to(),
        Columns.of(connection, job.policy().source()),
        Columns.of(connection, job.policy().archive()));
  }

  /** Rows that went back are not in the archive any more, so the next batch finds the next ones. */
  private static OffsetDateTime behind(RestoreBatch.Outcome outcome, RestoreContext scope) {
    if (outcome.picked() < scope.policy().batchRows()) {
      return scope.to();
    }
    return outcome.last() == null ? scope.from() : outcome.last().plusNanos(MICROSECOND);
  }

  private static void lock(Connection connection, Policy policy, RestoreRequest order)
      throws SQLException {
    OutputSettings.fix(connection);
    Holds.locked(connection, policy);
    SqlText tables =
        SqlText.load("lock.tables")
            .with("source", order.target(policy))
            .with("archive", policy.archive());
    Query.of(connection, tables).update();
    requireSafe(connection, policy, order);
  }

  /** A part of the range that lies in one partition. */
  private record Part(OffsetDateTime from, OffsetDateTime to) {}

  private static Optional<Part> next(
      Connection connection, Policy policy, RestoreRequest order, OffsetDateTime position)
      throws SQLException {
    if (!position.isBefore(order.to())) {
      return Optional.empty();
    }
    return Query.named(connection, "restore.window")
        .bind(position, order.to())
        .bind(policy.archive().schema().name(), policy.archive().table().name())
        .first(
            row ->
                new Part(
                    row.getObject("from_time", OffsetDateTime.class),
                    row.getObject("to_time", OffsetDateTime.class)));
  }
}
