package dev.archivist.engine.job;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.policy.Policies;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.Refusal;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.Query;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Opens jobs, runs their batches, closes them. Nothing here commits: one call is one transaction of
 * the caller. A job belongs to the session that opened it, which holds the policy's advisory lock
 * until the job is closed or the session ends.
 */
public final class Jobs {
  private Jobs() {}

  /**
   * Opens a job: takes the policy's lock, closes jobs that a crash left open, fixes the cutoff.
   *
   * @param options what it was asked for, a JSON object
   * @throws ArchiveException {@code ZA001} if another session holds the policy, {@code ZA002} if
   *     there is no such policy
   */
  public static Job begin(
      Connection connection, String policyName, Host host, Action action, String options)
      throws SQLException {
    Policy policy = Policies.named(connection, policyName);
    take(connection, policy);
    return open(connection, policy, host, action, options);
  }

  /** Takes the policy's lock for this transaction. */
  public static void take(Connection connection, Policy policy) throws SQLException {
    boolean held = PolicyLock.isHeldByThisSession(connection, policy);
    if (held) {
      refuseSecondJobOfThisSession(connection, policy);
    }
    PolicyLock.holdForTransaction(connection, policy);
    if (held) {
      // What a beginning left that was rolled back: its job is gone, its session's lock is not.
      PolicyLock.releaseFromSession(connection, policy);
    }
  }

  /** Opens the job of a policy that {@link #take} has locked. */
  public static Job open(
      Connection connection, Policy policy, Host host, Action action, String options)
      throws SQLException {
    closeInterrupted(connection, policy);
    keepAttached(connection, policy);
    OffsetDateTime cutoff =
        action == Action.PURGE
            ? Policies.retention(connection, policy).orElse(null)
            : Policies.cutoff(connection, policy);
    UUID id =
        UUID.fromString(
            Query.named(connection, "job.begin")
                .bind(policy.name(), action.label(), options, cutoff, host.label())
                .bind(policy.name(), action.label(), options, cutoff, host.label())
                .one(row -> row.getString(1)));
    // Last, because a lock of the session outlives a rollback.
    PolicyLock.holdForSession(connection, policy);
    return new Job(id, policy, cutoff, action, options);
  }

  /**
   * Closes a job and gives the policy's lock back.
   *
   * @param status {@code completed}, {@code failed} or {@code cancelled}
   * @param errorMessage why, null if all went well
   * @throws ArchiveException {@code ZA005} if the job is not running
   */
  public static void finish(Connection connection, UUID id, String status, String errorMessage)
      throws SQLException {
    if (id == null
        || status == null
        || !List.of("completed", "failed", "cancelled").contains(status)) {
      throw new ArchiveException(
          ArchiveError.JOB_NOT_RUNNING,
          null,
          "a job cannot end as \"" + status + "\"",
          "Use completed, failed or cancelled.");
    }
    Job job = running(connection, id);
    Query.named(connection, "job.finish").bind(status, errorMessage, id.toString()).update();
    Query.named(connection, "job.forget_position").bind(id.toString()).update();
    PolicyLock.releaseFromSession(connection, job.policy());
  }

  /** The running job, if this session may work on it. */
  public static Job running(Connection connection, UUID id) throws SQLException {
    record Row(String policy, OffsetDateTime cutoff, String action, String options) {}
    Row row =
        Query.named(connection, "job.running")
            .bind(id.toString())
            .first(
                r ->
                    new Row(
                        r.getString(1),
                        r.getObject(2, OffsetDateTime.class),
                        r.getString(3),
                        r.getString(4)))
            .orElseThrow(
                () ->
                    new ArchiveException(
                        ArchiveError.JOB_NOT_RUNNING,
                        null,
                        "job " + id + " is not running",
                        "It was closed, perhaps by a later run that took it for interrupted;"
                            + " see archive_jobs."));
    Policy policy = Policies.named(connection, row.policy());
    PolicyLock.confirm(connection, policy, id);
    return new Job(id, policy, row.cutoff(), Action.of(row.action()), row.options());
  }

  /** The running job, if it does this. */
  public static Job running(Connection connection, UUID id, Action action) throws SQLException {
    Job job = running(connection, id);
    if (job.action() != action) {
      throw new ArchiveException(
          ArchiveError.JOB_NOT_RUNNING,
          job.policy().name(),
          "job " + id + " is not one to " + action.label() + " but to " + job.action().label(),
          "Begin the job that you mean.");
    }
    return job;
  }

  /** What a batch of rows says to a policy whose content is in files. */
  public static ArchiveException filesAreTheRunners(Policy policy) {
    return new ArchiveException(
        ArchiveError.POLICY_REFUSED,
        policy.name(),
        "policy \"" + policy.name() + "\" archives files, which a database cannot read",
        "Use archive.request, or archivist itself: the runner does it.");
  }

  /** Why a policy is refused, all reasons in one message. */
  public static ArchiveException refused(Policy policy, List<Refusal> refusals) {
    StringBuilder message = new StringBuilder("policy \"" + policy.name() + "\" is refused: ");
    for (int i = 0; i < refusals.size(); i++) {
      message.append(i == 0 ? "" : "; ").append(refusals.get(i).what());
      message.append(" (").append(refusals.get(i).why()).append(')');
    }
    return new ArchiveException(
        ArchiveError.POLICY_REFUSED, policy.name(), message.toString(), refusals.get(0).hint());
  }

  /**
   * Only the owner of a table may detach, attach and drop it, or take rows out: whoever may do that
   * may lose them, so it takes more than running jobs.
   *
   * @throws ArchiveException {@code ZA012}
   */
  public static void requireOwner(Connection connection, String policy) throws SQLException {
    record Membership(boolean owner, String role) {}
    Membership membership =
        Query.named(connection, "job.is_owner")
            .one(row -> new Membership(row.getBoolean(1), row.getString(2)));
    if (!membership.owner()) {
      throw new ArchiveException(
          ArchiveError.PRIVILEGE_MISSING,
          policy,
          "role " + membership.role() + " may not take anything out of the archive",
          "GRANT archive_owner TO "
              + new Identifier(membership.role()).sql()
              + ", for as long as it takes.");
    }
  }

  /** Puts months back into the ledger whose purge was begun but that did not leave the archive. */
  public static void keepAttached(Connection connection, Policy policy) throws SQLException {
    Query.named(connection, "purge.keep_attached").bind(policy.name()).one(row -> row.getLong(1));
  }

  private static void refuseSecondJobOfThisSession(Connection connection, Policy policy)
      throws SQLException {
    Optional<String> open =
        Query.named(connection, "job.of_session")
            .bind(policy.name())
            .first(row -> row.getString(1));
    if (open.isPresent()) {
      throw new ArchiveException(
          ArchiveError.POLICY_HELD,
          policy.name(),
          "policy \"" + policy.name() + "\" is held by this session's job " + open.get(),
          "Close that job with archive.finish_job first.");
    }
  }

  /** We hold the lock, so a job of this policy that still says running has lost its session. */
  private static void closeInterrupted(Connection connection, Policy policy) throws SQLException {
    Query.named(connection, "job.interrupted").bind(policy.name()).update();
    Query.named(connection, "job.forget_orphaned_positions").update();
  }

  public static Scan progress(Connection connection, UUID id) throws SQLException {
    return Query.named(connection, "job.position")
        .bind(id.toString())
        .one(
            row ->
                row.getString("walk").equals("index")
                    ? new Scan.Index(row.getObject("position_time", OffsetDateTime.class))
                    : new Scan.Blocks(row.getLong("position_block"), row.getLong("end_block")));
  }

  public static void saveProgress(Connection connection, UUID id, Scan walk) throws SQLException {
    Query query = Query.named(connection, "job.save_position").bind(id.toString(), walk.name());
    if (walk instanceof Scan.Index index) {
      query.bind(index.position(), null, null);
    } else if (walk instanceof Scan.Blocks blocks) {
      query.bind(null, blocks.position(), blocks.end());
    }
    query.update();
  }

  /** Notes what a batch took. */
  public static void count(Connection connection, UUID id, BatchResult result) throws SQLException {
    Query.named(connection, "job.count")
        .bind(result.processed(), result.archived(), result.deleted(), result.bytes())
        .bind(result.deleted() > 0, id.toString())
        .update();
  }

  /** Notes what a batch gave back, or copied. */
  public static void countRestored(Connection connection, UUID id, long rows) throws SQLException {
    Query.named(connection, "job.count")
        .bind(rows, 0L, 0L, 0L)
        .bind(rows > 0, id.toString())
        .update();
  }
}
