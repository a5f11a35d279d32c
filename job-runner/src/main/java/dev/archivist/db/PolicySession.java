package dev.archivist.db;

import dev.archivist.engine.job.CodeState;
import dev.archivist.engine.job.Inspection;
import dev.archivist.engine.job.Job;
import dev.archivist.engine.job.Jobs;
import dev.archivist.engine.job.TableLocks;
import dev.archivist.engine.policy.Policies;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.purge.Purge;
import dev.archivist.engine.report.Reconciliation;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;

/**
 * A connection of its own for one policy: whoever runs, restores, purges or verifies it works
 * through one. It opens at most one job. Each call is one transaction: committed when it returns,
 * rolled back when it throws. Closing ends the session, and with it the policy's lock.
 */
public final class PolicySession implements AutoCloseable {
  private final Database database;
  private final Connection connection;
  private final String name;
  private EngineHost host;
  private Policy policy;
  private Job job;

  private PolicySession(Database database, Connection connection, String name) {
    this.database = database;
    this.connection = connection;
    this.name = name;
  }

  /** Connects for a job that runs or restores; nothing is begun yet. */
  public static PolicySession toRun(Database database, String policy) {
    return new PolicySession(database, database.dedicated("archivist job " + policy), policy);
  }

  /** Connects for a job that purges, and never waits longer than 100 ms for a lock. */
  public static PolicySession toPurge(Database database, String policy) {
    return new PolicySession(database, database.impatient("archivist purge " + policy), policy);
  }

  /** Connects for looking at the archive. */
  public static PolicySession toVerify(Database database, String policy) {
    return new PolicySession(database, database.dedicated("archivist verify " + policy), policy);
  }

  /**
   * Opens the job that runs the policy.
   *
   * @throws dev.archivist.failure.ArchiveFailure {@code ZA046} if the clocks differ too much,
   *     {@code ZA010} or {@code ZA050} if program and schema do not fit
   */
  public Job begin() {
    return opened(transaction(this::begin));
  }

  /** Opens no job that archives or deletes by a clock that may be wrong. */
  private SessionStart start(Connection connection) throws SQLException {
    SessionStart start = SessionStart.of(connection, database.clock());
    start.requireWritable();
    start.fit().require();
    start.requireSameClock(database.clockTolerance());
    return start;
  }

  private Job begin(Connection connection) throws SQLException {
    host = Hosts.of(start(connection).host());
    return host.begin(connection, name);
  }

  /**
   * Opens a job that restores.
   *
   * @param options a JSON object: from, to, and if need be into, where, hold
   */
  public Job beginRestore(String options) {
    return opened(transaction(connection -> beginRestore(connection, options)));
  }

  private Job beginRestore(Connection connection, String options) throws SQLException {
    // Said here for both hosts: without the right to call the function nobody could say it.
    Jobs.requireOwner(connection, name);
    host = Hosts.of(start(connection).host()); // it empties the bin of objects, too
    return host.beginRestore(connection, name, options);
  }

  /**
   * Opens a job that purges.
   *
   * @param options what it was asked for, a JSON object
   */
  public Job beginPurge(String options) {
    return opened(
        transaction(
            connection -> {
              start(connection);
              return Purge.begin(connection, name, options);
            }));
  }

  /** Opens a job that brings reports and objects together. */
  public Job beginReconciliation() {
    return opened(
        transaction(
            connection -> {
              start(connection);
              return Reconciliation.begin(connection, name);
            }));
  }

  /** Opens the job that was requested; empty if another runner has the request. */
  public Optional<Job> beginRequested(UUID request) {
    return ifOurs(request, this::begin);
  }

  /** Opens the restore that was requested; empty if another runner has the request. */
  public Optional<Job> beginRequestedRestore(UUID request) {
    return ifOurs(
        request, connection -> beginRestore(connection, Requests.optionsOf(connection, request)));
  }

  /** A job adopts the policy's oldest request, so with this one locked there is one. */
  private Optional<Job> ifOurs(UUID request, SessionWork<Job> begin) {
    return transaction(
            connection ->
                Requests.isOurs(connection, request)
                    ? Optional.of(begin.run(connection))
                    : Optional.<Job>empty())
        .map(this::opened);
  }

  private Job opened(Job begun) {
    job = begun;
    policy = begun.policy();
    return begun;
  }

  /** The engine of this database, known since the job was opened. */
  EngineHost host() {
    return host;
  }

  /** The job that was opened. */
  public Job job() {
    return job;
  }

  /** The policy's name. */
  public String name() {
    return name;
  }

  /** The policy as it was when the job was opened, or else as it is now. */
  public Policy policy() {
    if (policy == null) {
      policy = transaction(connection -> Policies.named(connection, name));
    }
    return policy;
  }

  /**
   * Closes the job and releases its policy's lock. No rollback takes that lock again, so whatever
   * may fail is done before: after a failure the job is still open and still holds its policy.
   */
  public void finish(String status, String errorMessage) {
    transaction(
        connection -> {
          closing().finish(connection, job.id(), status, errorMessage);
          return null;
        });
  }

  /** A purge is the runner's, wherever the engine is. */
  private EngineHost closing() {
    return host == null ? new RunnerHost() : host;
  }

  <T> T transaction(SessionWork<T> work) {
    return Transactions.commit(connection, () -> work.run(connection));
  }

  /** Work that names the policy's tables, if no statement on them runs code of others. */
  <T> T trusted(SessionWork<T> work) {
    return trusted(policy(), work);
  }

  /** The same of another policy's tables. */
  <T> T trusted(Policy of, SessionWork<T> work) {
    return transaction(
        connection -> {
          TableLocks.keepOthersOut(connection, of);
          CodeState code = Inspection.trusted(connection, of).code();
          T result = work.run(connection);
          code.require(connection);
          return result;
        });
  }

  /** The same under the locks of a batch. */
  <T> T guarded(SessionWork<T> work) {
    Policy known = policy();
    return transaction(
        connection -> {
          TableLocks.take(connection, known, null);
          CodeState code = Inspection.trusted(connection, known).code();
          T result = work.run(connection);
          code.require(connection);
          return result;
        });
  }

  <T> T reading(SessionWork<T> work) {
    return Transactions.readOnly(connection, () -> work.run(connection));
  }

  /** Work outside of a transaction. */
  <T> T alone(SessionWork<T> work) {
    return SqlCall.get(
        () -> {
          connection.setAutoCommit(true);
          try {
            return work.run(connection);
          } finally {
            connection.setAutoCommit(false);
          }
        });
  }

  public Database database() {
    return database;
  }

  @Override
  public void close() {
    // The session is gone either way, and with it the lock; nothing was left uncommitted.
    SqlCall.run(connection::close);
  }
}
