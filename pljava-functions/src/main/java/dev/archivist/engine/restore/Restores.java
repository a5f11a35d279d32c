package dev.archivist.engine.restore;

import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.digest.OutputSettings;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.job.Action;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.job.CodeState;
import dev.archivist.engine.job.Host;
import dev.archivist.engine.job.Inspection;
import dev.archivist.engine.job.Job;
import dev.archivist.engine.job.Jobs;
import dev.archivist.engine.job.Scan;
import dev.archivist.engine.job.TableLocks;
import dev.archivist.engine.policy.Policies;
import dev.archivist.engine.policy.Policy;
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
    RestoreRequest request = RestoreRequest.of(connection, asked);
    // Before the job is opened, because its lock of the session outlives a rollback.
    Jobs.take(connection, policy);
    TableLocks.keepOthersOut(connection, policy);
    CodeState code = CodeState.of(connection, policy, request.into());
    requireSafe(connection, policy, request);
    requireNoConflicts(connection, policy, request);
    if (request.into().isPresent()) {
      if (Columns.of(connection, request.into().get()).list().isEmpty()) {
        CopyBatch.makeTable(connection, policy, request.into().get());
      }
    } else if (request.hold() != null) {
      hold(connection, policy, request);
    }
    code.require(connection);
    return Jobs.open(
        connection,
        policy,
        host,
        Action.RESTORE,
        asked,
        Optional.of(new Scan.Index(request.from())));
  }

  private static void requireSafe(Connection connection, Policy policy, RestoreRequest request)
      throws SQLException {
    List<Refusal> refusals = RestoreGuards.check(connection, policy, request);
    if (!refusals.isEmpty()) {
      throw Jobs.refused(policy, refusals);
    }
  }

  private static void requireNoConflicts(
      Connection connection, Policy policy, RestoreRequest request) throws SQLException {
    List<Conflict> conflicts =
        Conflict.of(connection, policy, request, request.from(), request.to());
    if (!conflicts.isEmpty()) {
      throw Conflict.refused(policy, request.target(policy.root()), conflicts);
    }
  }

  /** Makes the hold if anything will come back; one that is there from an earlier try is longer. */
  private static void hold(Connection connection, Policy policy, RestoreRequest request)
      throws SQLException {
    SqlText any =
        SqlText.load("restore.any").with("archive", policy.archive()).with("time", policy.time());
    boolean comesBack =
        Query.of(connection, any)
            .bind(request.from(), request.to(), request.matching())
            .one(row -> row.getBoolean(1));
    Query.named(connection, "hold.restored")
        .bind(policy.name(), request.from(), request.to(), request.matching(), request.hold())
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
    Job job = Jobs.runningWithHolds(connection, id, Action.RESTORE);
    Policy policy = job.policy();
    if (policy.kind().files().isPresent()) {
      throw Jobs.filesAreTheRunners(policy);
    }
    RestoreRequest request = RestoreRequest.of(connection, job.options());
    CodeState code = lock(connection, policy, request);
    OffsetDateTime at = ((Scan.Index) job.requiredScan()).position();
    Optional<Part> part = next(connection, policy, request, at);
    if (part.isEmpty()) {
      return new RestoreResult(0, 0, 0, true);
    }
    RestoreContext context = context(connection, job, request, part.get());
    RestoreBatch.Outcome outcome =
        request.into().isPresent()
            ? CopyBatch.run(connection, context)
            : RestoreBatch.run(connection, context);
    OffsetDateTime position = after(outcome, context);
    RestoreResult result = outcome.result();
    advance(connection, job, code, Optional.of(new Scan.Index(position)), result);
    return new RestoreResult(
        result.restored(),
        result.present(),
        result.bytes(),
        next(connection, policy, request, position).isEmpty());
  }

  private static void advance(
      Connection connection, Job job, CodeState code, Optional<Scan> next, RestoreResult result)
      throws SQLException {
    Jobs.advance(
        connection,
        job,
        code,
        next,
        new BatchResult(result.restored(), 0, 0, 0, false),
        0,
        result.restored() > 0);
  }

  /** What of the range is in the bin, and so will not come back, for people to read. */
  public static List<String> binned(Connection connection, UUID id) throws SQLException {
    Job job = Jobs.running(connection, id, Action.RESTORE);
    return RestoreRequest.of(connection, job.options()).binned(connection, job.policy());
  }

  /** Archived reports that are to come back, after the position, oldest first. */
  public static List<ArchivedReport> reports(
      Connection connection, UUID id, ReportRows.Position after) throws SQLException {
    Job job = Jobs.running(connection, id, Action.RESTORE);
    return ReportRestore.candidates(
        connection, job.policy(), RestoreRequest.of(connection, job.options()), after);
  }

  /**
   * Moves one report's row back after its file was put in its place.
   *
   * @return empty if the report is no longer archived
   */
  public static Optional<RestoreResult> commitReport(
      Connection connection, UUID id, ArchivedReport report) throws SQLException {
    Job job = Jobs.runningWithHolds(connection, id, Action.RESTORE);
    RestoreRequest request = RestoreRequest.of(connection, job.options());
    CodeState code = lock(connection, job.policy(), request);
    Part all = new Part(request.from(), request.to());
    Optional<RestoreResult> result =
        ReportRestore.commit(connection, context(connection, job, request, all), report);
    if (result.isPresent()) {
      advance(connection, job, code, Optional.empty(), result.get());
    } else {
      code.require(connection);
    }
    return result;
  }

  private static RestoreContext context(
      Connection connection, Job job, RestoreRequest request, Part part) throws SQLException {
    return new RestoreContext(
        job,
        UUID.randomUUID(),
        request,
        part.from(),
        part.to(),
        Inspection.of(connection, job.policy()));
  }

  /** Rows that went back are not in the archive any more, so the next batch finds the next ones. */
  private static OffsetDateTime after(RestoreBatch.Outcome outcome, RestoreContext context) {
    if (!outcome.fills(context.policy())) {
      return context.to();
    }
    return outcome.last() == null ? context.from() : outcome.last().plusNanos(MICROSECOND);
  }

  private static CodeState lock(Connection connection, Policy policy, RestoreRequest request)
      throws SQLException {
    TableLocks.take(connection, policy, request.target(policy.root()));
    CodeState code = CodeState.of(connection, policy, request.into());
    requireSafe(connection, policy, request);
    return code;
  }

  /** A part of the range that lies in one partition. */
  private record Part(OffsetDateTime from, OffsetDateTime to) {}

  private static Optional<Part> next(
      Connection connection, Policy policy, RestoreRequest request, OffsetDateTime position)
      throws SQLException {
    if (!position.isBefore(request.to())) {
      return Optional.empty();
    }
    if (!policy.kind().isPartitioned()) {
      return Optional.of(new Part(position, request.to()));
    }
    return Query.named(connection, "restore.window")
        .bind(position, request.to())
        .bind(policy.archive().schema().name(), policy.archive().table().name())
        .first(
            row ->
                new Part(
                    row.getObject("from_time", OffsetDateTime.class),
                    row.getObject("to_time", OffsetDateTime.class)));
  }
}
