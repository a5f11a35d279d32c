package dev.archivist.engine.job;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.hold.Holds;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyPart;
import dev.archivist.engine.policy.Refusal;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Opens jobs, enters them for a transaction, closes them. Nothing here commits: one call is one
 * transaction of the caller. A job belongs to the session that opened it, which holds the policy's
 * advisory lock until the job is closed or the session ends.
 */
public final class Jobs {
  /** In place of a policy's id. */
  private static final int GONE = 0;

  private Jobs() {}

  /**
   * Takes the policy's lock for this transaction, and puts back what a purge that ended early left.
   *
   * @throws ArchiveException {@code ZA001} if another session holds the policy
   */
  public static void take(Connection connection, Policy policy) throws SQLException {
    PolicyLock.take(connection, policy);
  }

  /**
   * As {@link #take}, but only looks.
   *
   * @throws ArchiveException {@code ZA001} if another session holds the policy
   */
  public static void requireFree(Connection connection, Policy policy) throws SQLException {
    PolicyLock.requireFree(connection, policy);
  }

  /**
   * Opens the job of a policy that {@link #take} has locked, and closes those that a crash left
   * open, and any whose policy is gone.
   *
   * @param options what it was asked for, a JSON object
   * @param scan where it begins; empty where rows go one by one
   */
  public static Job open(
      Connection connection,
      Policy policy,
      Host host,
      Action action,
      String options,
      Optional<Scan> scan)
      throws SQLException {
    record Opened(UUID id, OffsetDateTime cutoff) {}
    Query query =
        Query.named(connection, "job.open")
            .bind(policy.name())
            .bind(action.label(), options, host.label(), policy.kind().cutoffUnit(), policy.id());
    query.bind(scan.map(Scan::name).orElse(null)).bind(position(scan));
    Opened opened =
        query.one(
            row ->
                new Opened(
                    UUID.fromString(row.getString("id")),
                    row.getObject("cutoff", OffsetDateTime.class)));
    PolicyLock.keep(connection, policy.id());
    return new Job(opened.id(), policy, opened.cutoff(), action, options, scan);
  }

  /** A scan's position as statements take it: time, block, and the last block. */
  public static Object[] position(Optional<Scan> scan) {
    if (scan.isPresent() && scan.get() instanceof Scan.Index index) {
      return new Object[] {index.position(), null, null};
    }
    if (scan.isPresent() && scan.get() instanceof Scan.Blocks blocks) {
      return new Object[] {null, blocks.position(), blocks.end()};
    }
    return new Object[] {null, null, null};
  }

  /**
   * Closes a job and gives the policy's lock back. One whose policy was deleted or renamed has
   * failed, whatever is said of it.
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
    Optional<Integer> policy =
        Query.named(connection, "job.finish")
            .bind(id.toString(), status, errorMessage)
            .first(row -> row.getInt(1));
    if (policy.isEmpty()) {
      throw new IllegalStateException("not closed: " + running(connection, id));
    }
    if (policy.get() != GONE) { // then the lock is of no policy, and ends with its session
      PolicyLock.release(connection, policy.get());
    }
  }

  /**
   * The running job, if this session may work on it; its policy's lock is taken for this
   * transaction.
   *
   * @throws ArchiveException {@code ZA005} if it is not running, {@code ZA006} if another session
   *     holds its policy, {@code ZA045} if the policy has another rule since the job began, or is
   *     gone
   */
  public static Job running(Connection connection, UUID id) throws SQLException {
    return enter(connection, id, false);
  }

  /** As {@link #running(Connection, UUID)}, if the job does this. */
  public static Job running(Connection connection, UUID id, Action action) throws SQLException {
    return require(running(connection, id), action);
  }

  /**
   * As {@link #running(Connection, UUID, Action)}; and until the transaction ends, whoever makes or
   * releases a hold of the policy waits for it. A hold that is being made is waited for.
   *
   * @throws SQLException {@code 55P03} if that takes longer than {@code lock_timeout}
   * @throws ArchiveException {@code ZA004} in a transaction with one snapshot for all statements,
   *     which may be older than a hold
   */
  public static Job runningWithHolds(Connection connection, UUID id, Action action)
      throws SQLException {
    return require(enter(connection, id, true), action);
  }

  private static Job require(Job job, Action action) throws ArchiveException {
    if (job.action() != action) {
      throw new ArchiveException(
          ArchiveError.JOB_NOT_RUNNING,
          job.policy().name(),
          "job "
              + job.id()
              + " is not one to "
              + action.label()
              + " but to "
              + job.action().label(),
          "Begin the job that you mean.");
    }
    return job;
  }

  private static Job enter(Connection connection, UUID id, boolean holds) throws SQLException {
    SqlText text =
        SqlText.load("job.enter")
            .with("settings", SqlText.load("job.settings"))
            .with("patience", SqlText.load("job.patience"))
            .with("parts", SqlText.load("policy.parts"));
    String key = id.toString();
    List<PolicyPart> parts =
        Query.of(connection, text).bind(key, holds, key, key).list(PolicyPart::read);
    PolicyPart job =
        parts.stream()
            .filter(part -> part.is("job"))
            .findFirst()
            .orElseThrow(
                () ->
                    new ArchiveException(
                        ArchiveError.JOB_NOT_RUNNING,
                        null,
                        "job " + id + " is not running",
                        "It was closed, perhaps by a later run that took it for interrupted;"
                            + " see archive_jobs."));
    PolicyPart position =
        parts.stream().filter(part -> part.is("position")).findFirst().orElseThrow();
    Policy policy = PolicyPart.policy(parts).orElseThrow(() -> gone(position.get('a'), id));
    if (!Boolean.parseBoolean(job.get('c'))) {
      throw PolicyLock.lost(connection, policy, id);
    }
    if (!Boolean.parseBoolean(position.get('b'))) {
      throw changed(policy, id, position.get('c'));
    }
    if (holds) {
      Holds.requireFreshSnapshots(policy, job.get('d'));
    }
    return new Job(
        id, policy, job.at(), Action.of(job.get('a')), job.get('b'), scan(job, position));
  }

  private static ArchiveException changed(Policy policy, UUID job, String version) {
    return new ArchiveException(
        ArchiveError.POLICY_CHANGED,
        policy.name(),
        "policy \""
            + policy.name()
            + "\" was changed while job "
            + job
            + " ran: the job follows version "
            + version
            + ", and the rule is version "
            + policy.version()
            + " by now",
        "What the job committed stays; begin another, which follows the new rule.");
  }

  private static ArchiveException gone(String policy, UUID job) {
    return new ArchiveException(
        ArchiveError.POLICY_CHANGED,
        policy,
        "policy \"" + policy + "\" was deleted or renamed while job " + job + " ran",
        "What the job committed stays; SELECT name FROM archive.policies lists the policies.");
  }

  private static Optional<Scan> scan(PolicyPart job, PolicyPart position) {
    if (job.get('e') == null) {
      return Optional.empty();
    }
    return Optional.of(
        job.get('e').equals("index")
            ? new Scan.Index(position.at())
            : new Scan.Blocks(Long.parseLong(job.get('f')), Long.parseLong(job.get('g'))));
  }

  /**
   * Notes what a batch did, and where the next one begins.
   *
   * @param code what was looked at before the batch named its tables
   * @param found rows that the scan found, taken or not
   * @param counted whether it counts as a batch
   * @throws ArchiveException {@code ZA005} if the job was closed meanwhile
   * @throws SQLException {@code 40001} as {@link CodeState#require}
   */
  public static void advance(
      Connection connection,
      Job job,
      CodeState code,
      Optional<Scan> next,
      BatchResult result,
      long found,
      boolean counted)
      throws SQLException {
    int advanced =
        Query.of(connection, SqlText.load("job.advance").with("code_state", code.now()))
            .bind(position(next))
            .bind(result.deleted(), found)
            .bind(next.isPresent() ? job.id().toString() : null)
            .bind(result.processed(), result.archived(), result.deleted(), result.bytes())
            .bind(counted, job.id().toString(), code.version())
            .update();
    if (advanced == 0) {
      code.require(connection);
      throw closedMeanwhile(job);
    }
  }

  /** What is said of a job that is not running any more. */
  public static ArchiveException closedMeanwhile(Job job) {
    return new ArchiveException(
        ArchiveError.JOB_NOT_RUNNING,
        job.policy().name(),
        "job " + job.id() + " is not running",
        "It was closed meanwhile; begin a new job.");
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
}
