package dev.archivist.db;

import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.job.Job;
import dev.archivist.engine.job.Jobs;
import dev.archivist.engine.policy.Policies;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyKind;
import dev.archivist.engine.purge.Bin;
import dev.archivist.engine.purge.BinEntry;
import dev.archivist.engine.purge.Purge;
import dev.archivist.engine.report.ReportObjects;
import dev.archivist.engine.report.ReportRows;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.failure.ArchiveFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One job that purges, on a connection of its own, which never waits longer than 100 ms for a lock.
 * Each call is one transaction, except {@link #beginDetach}. Closing ends the session, and with it
 * the policy's lock.
 */
public final class PurgeSession implements AutoCloseable {
  private static final String SHORT_WAITS = "SET lock_timeout = '100ms'";

  private final Database database;
  private final Connection connection;
  private final String policyName;
  private Job job;

  private PurgeSession(Database database, Connection connection, String policyName) {
    this.database = database;
    this.connection = connection;
    this.policyName = policyName;
  }

  /** Connects; nothing is begun yet. */
  public static PurgeSession open(Database database, String policy) {
    PurgeSession session =
        new PurgeSession(database, database.dedicated("archivist purge " + policy), policy);
    session.transaction(() -> execute(session.connection, SHORT_WAITS));
    return session;
  }

  /** Opens the job. */
  public Job begin(String options) {
    job = transaction(() -> Purge.begin(connection, policyName, options));
    return job;
  }

  /** What the policy does with old rows. */
  public PolicyKind kind() {
    return transaction(this::policy).kind();
  }

  /** Closes the job. If it fails, the job is open still and holds its policy. */
  public void finish(String status, String errorMessage) {
    change(
        () -> {
          AuditTrail.joinAtOnce(connection);
          Jobs.finish(connection, job.id(), status, errorMessage);
        });
  }

  /** Months that are past their retention, oldest first. */
  public List<Purge.Due> due() {
    return transaction(() -> Purge.due(connection, policy()));
  }

  /** Months whose way out of the archive was begun. */
  public List<BinEntry> unfinished() {
    return transaction(() -> Purge.unfinished(connection, policy()));
  }

  /** What is in the bin or on its way there. */
  public List<BinEntry> entries() {
    return transaction(() -> Bin.entries(connection, policy()));
  }

  /** The entry as it is now; empty if it is neither in the bin nor on its way there. */
  public Optional<BinEntry> entry(UUID id) {
    return transaction(() -> Bin.entry(connection, id));
  }

  /** Why the entry must not be dropped, if it must not. */
  public Optional<String> heldBy(BinEntry entry) {
    return transaction(() -> Bin.heldBy(connection, policy(), entry));
  }

  /** Compares the month with the ledger; fails with {@code ZA008} if they differ. */
  public void verify(Month month) {
    change(() -> Purge.verify(connection, policy(), month));
  }

  /** Takes the month off the ledger and puts it down as detaching; empty if it is held. */
  public Optional<BinEntry> record(Month month) {
    return transaction(() -> Purge.record(connection, job.id(), month));
  }

  /** Undoes {@link #record} for a month that did not leave the archive. */
  public void keepAttached() {
    change(() -> Jobs.keepAttached(connection, policy()));
  }

  /**
   * Begins to detach the month's partition: once it is committed, statements that begin do not see
   * the partition any more; transactions that looked before still do. PostgreSQL would go on to
   * take it out as soon as nobody has a lock on the archive, even from a transaction that looked
   * before and reads the archive later. A lock of ours keeps it from that: the statement ends with
   * its lock_timeout, and {@link #finishDetach} does the rest when nobody looks any more.
   */
  public void beginDetach(BinEntry entry) {
    Policy policy = transaction(this::policy);
    SqlCall.run(
        () -> {
          try (Connection witness = database.dedicated("archivist purge " + policyName)) {
            execute(witness, SHORT_WAITS);
            execute(witness, "LOCK TABLE ONLY " + policy.archive().sql() + " IN ACCESS SHARE MODE");
            detachConcurrently(policy, entry);
          }
        });
    if (place(entry) != BinEntry.Place.PENDING) {
      throw new ArchiveFailure(
          ArchiveError.DATABASE_BUSY,
          "partition " + entry.partition() + " cannot be detached now: somebody has it locked",
          "The next purge tries again.");
    }
  }

  /** Ends with {@code 55P03} whether it has begun the detachment or met a lock before. */
  private void detachConcurrently(Policy policy, BinEntry entry) throws SQLException {
    connection.setAutoCommit(true);
    try {
      execute(
          connection,
          "ALTER TABLE "
              + policy.archive().sql()
              + " DETACH PARTITION "
              + policy.archive().schema().sql()
              + "."
              + new Identifier(entry.partition()).sql()
              + " CONCURRENTLY");
    } catch (SQLException e) {
      if (!"55P03".equals(e.getSQLState())) {
        throw e;
      }
    } finally {
      connection.setAutoCommit(false);
    }
  }

  /** Finishes the detachment; busy while a transaction still sees the partition. */
  public void finishDetach(BinEntry entry) {
    change(() -> Purge.finishDetach(connection, job.id(), entry));
  }

  /** Where the entry's table is now. */
  public BinEntry.Place place(BinEntry entry) {
    return transaction(() -> Purge.place(connection, entry));
  }

  /** Takes the detached table to the bin; fails with {@code ZA008} if it is not what it was. */
  public void bin(BinEntry entry) {
    change(() -> Purge.bin(connection, job.id(), Bin.entry(connection, entry.id()).orElseThrow()));
  }

  /** Takes the month's rows to the bin, where the archive has no partitions; empty if held. */
  public Optional<BinEntry> binRows(Month month) {
    return transaction(() -> Purge.binRows(connection, job.id(), month));
  }

  /** Drops what the entry has in the bin; false if it is held. */
  public boolean drop(BinEntry entry) {
    return transaction(() -> Bin.drop(connection, job.id(), entry));
  }

  /** Takes the entry's month back into the archive. */
  public void restore(BinEntry entry) {
    change(() -> Bin.restore(connection, job.id(), entry));
  }

  /**
   * Holds the month of an entry that is gone because the month never left the archive; fails with
   * {@code ZA043} if it is gone for another reason.
   */
  public void holdKept(BinEntry entry) {
    change(() -> Bin.holdKept(connection, job.id(), entry));
  }

  /** Locations of objects that no report refers to and that are to be deleted. */
  public List<String> strayObjects() {
    return transaction(() -> ReportObjects.stray(connection, policy()));
  }

  /** Whether a report, archived or in the bin, has its object at this location. */
  public boolean isReferenced(String location) {
    return transaction(() -> ReportRows.isReferenced(connection, policy(), location));
  }

  /** Notes that an object is gone, or is not stray. */
  public void forgetStray(String location) {
    change(() -> ReportObjects.forgetStray(connection, location));
  }

  /** Whether any object is past the policy's object_keep_for. */
  public boolean anyObjectPast() {
    return transaction(() -> ReportObjects.anyPast(connection, policy()));
  }

  /** Puts down that some objects past their retention may go; how many. */
  public int freeObjects() {
    return transaction(() -> ReportObjects.free(connection, policy()));
  }

  /** Locations of objects that the store has to be told may go. */
  public List<String> expiringObjects() {
    return transaction(
        () ->
            ReportObjects.expiring(connection, policy()).stream()
                .map(ReportObjects.Expiring::location)
                .toList());
  }

  /**
   * Tells the store that an object may go, unless no report says so any more or its report was held
   * since. A hold that is made meanwhile waits for the store.
   *
   * @return whether the store was told
   */
  public boolean expire(String location, Runnable store) {
    return transaction(
        () -> {
          Optional<ReportObjects.Expiring> object =
              ReportObjects.expiring(connection, policy(), location);
          boolean told = object.isPresent() && object.get().free();
          if (told) {
            store.run();
          }
          if (object.isPresent()) {
            ReportObjects.forgetExpiring(connection, location);
          }
          return told;
        });
  }

  /** Locations of objects that may go, but whose reports were held since. */
  public List<String> freedButHeld() {
    return transaction(() -> ReportObjects.freedButHeld(connection, policy()));
  }

  /** Notes that an object stays after all. */
  public void keptObject(String location) {
    change(() -> ReportObjects.kept(connection, policy(), location));
  }

  private Policy policy() throws SQLException {
    return Policies.named(connection, policyName);
  }

  private static Void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
    return null;
  }

  private <T> T transaction(SqlCall.Giving<T> work) {
    return Transactions.commit(connection, work);
  }

  private void change(SqlCall.Doing work) {
    transaction(
        () -> {
          work.run();
          return null;
        });
  }

  @Override
  public void close() {
    SqlCall.run(connection::close);
  }
}
