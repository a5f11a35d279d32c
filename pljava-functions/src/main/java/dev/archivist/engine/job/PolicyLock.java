package dev.archivist.engine.job;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.sql.Query;
import java.sql.Connection;
import java.sql.SQLException;
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
   * Whether this session holds the policy already. The locks say so for certain; the session's
   * start beside its pid would not do, because the server hides it from a role that the login
   * assumed.
   */
  static boolean isHeldByThisSession(Connection connection, Policy policy) throws SQLException {
    return ask(connection, "lock.own", policy);
  }

  static void holdForTransaction(Connection connection, Policy policy) throws SQLException {
    if (!ask(connection, "lock.transaction", policy)) {
      throw new ArchiveException(
          ArchiveError.POLICY_HELD,
          policy.name(),
          "policy \"" + policy.name() + "\" is held by " + holder(connection, policy),
          "Wait until that job has ended; SELECT * FROM archive_jobs WHERE status = 'running'"
              + " shows it.");
    }
  }

  static void holdForSession(Connection connection, Policy policy) throws SQLException {
    ask(connection, "lock.session", policy);
  }

  /** Fails if another session took the policy over since the job began. */
  static void confirm(Connection connection, Policy policy, UUID job) throws SQLException {
    if (!ask(connection, "lock.transaction", policy)) {
      throw new ArchiveException(
          ArchiveError.JOB_LOCK_LOST,
          policy.name(),
          "job " + job + " lost policy \"" + policy.name() + "\" to " + holder(connection, policy),
          "Begin a new job; what this one committed stays archived.");
    }
  }

  static void releaseFromSession(Connection connection, Policy policy) throws SQLException {
    ask(connection, "lock.unlock", policy);
  }

  private static boolean ask(Connection connection, String statement, Policy policy)
      throws SQLException {
    return Query.named(connection, statement).bind(policy.id()).one(row -> row.getBoolean(1));
  }

  private static String holder(Connection connection, Policy policy) throws SQLException {
    return Query.named(connection, "lock.holder")
        .bind(policy.id())
        .first(row -> row.getString(1))
        .orElse("another session");
  }
}
