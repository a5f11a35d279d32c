package dev.archivist.engine.job;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.sql.Query;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;

/**
 * The advisory lock of a policy: key {@code (1095910216, policies.policy_id)}, the first number
 * being {@code ARCH} in ASCII. A scheduler's promise not to start twice is not enough, so the
 * engine takes it itself: for the session while a job is open, and again in each batch's
 * transaction. Every attempt fails at once rather than wait.
 */
final class PolicyLock {
  private PolicyLock() {}

  /**
   * Takes the lock until the transaction ends. That this session holds it already says that it has
   * an open job, or that the beginning of one was rolled back: then its job is gone, and the
   * session's lock is released.
   *
   * @throws ArchiveException {@code ZA001} if another session holds the policy, or a job of this
   *     one
   */
  static void take(Connection connection, Policy policy) throws SQLException {
    record Taken(boolean held, boolean taken, String openJob) {}
    Taken lock =
        Query.named(connection, "lock.take")
            .bind(policy.id())
            .one(row -> new Taken(row.getBoolean(1), row.getBoolean(2), row.getString(3)));
    if (!lock.taken()) {
      throw held(policy, holder(connection, policy).orElse("another session"));
    }
    if (lock.openJob() != null) {
      throw new ArchiveException(
          ArchiveError.POLICY_HELD,
          policy.name(),
          "policy \"" + policy.name() + "\" is held by this session's job " + lock.openJob(),
          "Close that job with archive.finish_job first.");
    }
    if (lock.held()) {
      release(connection, policy.id());
    }
  }

  /**
   * @throws ArchiveException {@code ZA001} if another session holds the policy
   */
  static void requireFree(Connection connection, Policy policy) throws SQLException {
    Optional<String> holder = holder(connection, policy);
    if (holder.isPresent()) {
      throw held(policy, holder.get());
    }
  }

  private static ArchiveException held(Policy policy, String holder) {
    return new ArchiveException(
        ArchiveError.POLICY_HELD,
        policy.name(),
        "policy \"" + policy.name() + "\" is held by " + holder,
        "Wait until that job has ended; SELECT * FROM archive_jobs WHERE status = 'running'"
            + " shows it.");
  }

  /**
   * Keeps the lock that {@link #take} took until the session ends or releases it. No rollback
   * releases it, so this is a statement of its own after everything that may fail, triggers
   * included: within another statement it would come before that statement's triggers.
   */
  static void keep(Connection connection, int policyId) throws SQLException {
    Query.named(connection, "lock.keep").bind(policyId).one(row -> row.getBoolean(1));
  }

  /** Releases the session's lock. A statement of its own, as {@link #keep} is. */
  static void release(Connection connection, int policyId) throws SQLException {
    Query.named(connection, "lock.unlock").bind(policyId).one(row -> row.getBoolean(1));
  }

  /** {@code ZA006}: another session took the policy over since the job began. */
  static ArchiveException lost(Connection connection, Policy policy, UUID job) throws SQLException {
    return new ArchiveException(
        ArchiveError.JOB_LOCK_LOST,
        policy.name(),
        "job "
            + job
            + " lost policy \""
            + policy.name()
            + "\" to "
            + holder(connection, policy).orElse("another session"),
        "Begin a new job; what this one committed stays archived.");
  }

  /** The other session that holds the policy. */
  private static Optional<String> holder(Connection connection, Policy policy) throws SQLException {
    return Query.named(connection, "lock.holder").bind(policy.id()).first(row -> row.getString(1));
  }
}
