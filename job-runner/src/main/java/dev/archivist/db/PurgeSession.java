package dev.archivist.db;

import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.job.Jobs;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyTable;
import dev.archivist.engine.purge.Bin;
import dev.archivist.engine.purge.BinEntry;
import dev.archivist.engine.purge.Purge;
import dev.archivist.engine.report.ReportObjects;
import dev.archivist.engine.sql.QualifiedName;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import dev.archivist.failure.ArchiveFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What a job that purges asks of the database. */
public record PurgeSession(PolicySession session) {

  /** Months that are past their retention, oldest first. */
  public List<Purge.Due> due() {
    return session.transaction(connection -> Purge.due(connection, policy()));
  }

  /** Months whose way out of the archive was begun. */
  public List<BinEntry> unfinished() {
    return session.transaction(connection -> Purge.unfinished(connection, policy()));
  }

  /** What is in the bin or on its way there. */
  public List<BinEntry> entries() {
    return session.transaction(connection -> Bin.entries(connection, policy()));
  }

  /** The entry as it is now; empty if it is neither in the bin nor on its way there. */
  public Optional<BinEntry> entry(UUID id) {
    return session.transaction(connection -> Bin.entry(connection, id));
  }

  /** Why the entry must not be dropped, if it must not. */
  public Optional<String> heldBy(BinEntry entry) {
    return session.transaction(connection -> Bin.heldBy(connection, policy(), entry));
  }

  /** Compares the month with the ledger; fails with {@code ZA008} if they differ. */
  public void verify(Month month) {
    change(connection -> Purge.verify(connection, job(), month));
  }

  /** Takes the month off the ledger and records it as detaching; empty if it is held. */
  public Optional<BinEntry> record(Month month) {
    return session.transaction(connection -> Purge.record(connection, job(), month));
  }

  /** Undoes {@link #record} for a month that did not leave the archive. */
  public void keepAttached() {
    change(connection -> Jobs.keepAttached(connection, policy()));
  }

  /**
   * Begins to detach one of the month's partitions: once it is committed, statements that begin do
   * not see the partition any more; transactions that looked before still do. PostgreSQL would go
   * on to take it out as soon as nobody has a lock on the archive, even from a transaction that
   * looked before and reads the archive later. A lock of ours keeps it from that: the statement
   * ends with its lock_timeout, and {@link #finishDetach} does the rest when nobody looks any more.
   */
  public void beginDetach(BinEntry entry, BinEntry.Table table) {
    PolicyTable of = policy().tables().get(table.position());
    SqlText lock = Statements.text("purge.share_archive").with("archive", of.archive());
    BinEntry.Place place =
        SqlCall.get(
            () -> {
              try (Connection witness =
                  session.database().impatient("archivist purge " + session.name())) {
                Query.of(witness, lock).update();
                return session.alone(
                    connection -> {
                      detachConcurrently(connection, of, table);
                      return place(connection, entry, table);
                    });
              }
            });
    if (place == BinEntry.Place.ATTACHED) {
      throw new ArchiveFailure(
          ArchiveError.DATABASE_BUSY,
          "partition " + table.partition() + " cannot be detached now: it is locked",
          "The next purge tries again.");
    }
  }

  /** Ends with {@code 55P03} whether it has begun the detachment or met a lock before. */
  private static void detachConcurrently(
      Connection connection, PolicyTable of, BinEntry.Table table) throws SQLException {
    SqlText detach =
        Statements.text("purge.detach")
            .with("archive", of.archive())
            .with("partition", QualifiedName.of(of.archive().schema().name(), table.partition()));
    try {
      Query.of(connection, detach).update();
    } catch (SQLException e) {
      if (!"55P03".equals(e.getSQLState())) {
        throw e;
      }
    }
  }

  private static BinEntry.Place place(Connection connection, BinEntry entry, BinEntry.Table table)
      throws SQLException {
    return Bin.entry(connection, entry.id()).stream()
        .flatMap(found -> found.tables().stream())
        .filter(found -> found.position() == table.position())
        .map(BinEntry.Table::place)
        .findFirst()
        .orElse(BinEntry.Place.NOWHERE);
  }

  /** Finishes the detachment; busy while a transaction still sees the partition. */
  public void finishDetach(BinEntry entry, BinEntry.Table table) {
    change(connection -> Purge.finishDetach(connection, job(), entry, table));
  }

  /** Takes the detached tables to the bin; fails with {@code ZA008} if one is not what it was. */
  public void bin(BinEntry entry) {
    change(connection -> Purge.bin(connection, job(), entry));
  }

  /** Takes the month's rows to the bin, where the archive has no partitions; empty if held. */
  public Optional<BinEntry> binRows(Month month) {
    return session.transaction(connection -> Purge.binRows(connection, job(), month));
  }

  /** Drops what the entry has in the bin; false if it is held. */
  public boolean drop(BinEntry entry) {
    return session.transaction(connection -> Bin.drop(connection, job(), entry));
  }

  /** Takes the entry's month back into the archive. */
  public void restore(BinEntry entry) {
    change(connection -> Bin.restore(connection, job(), entry));
  }

  /**
   * Holds the month of an entry that is gone because the month never left the archive; fails with
   * {@code ZA043} if it is gone for another reason.
   */
  public void holdKept(BinEntry entry) {
    change(connection -> Bin.holdKept(connection, job(), entry));
  }

  /** Objects that no report may refer to any more. */
  public ObjectSession objects() {
    return new ObjectSession(session);
  }

  /** Whether any object is past the policy's object_keep_for. */
  public boolean anyObjectPast() {
    return session.trusted(connection -> ReportObjects.anyPast(connection, policy()));
  }

  /** Releases some objects past their retention, which the store has yet to be told; how many. */
  public int releaseObjects() {
    return session.trusted(connection -> ReportObjects.release(connection, policy()));
  }

  /**
   * Locations of objects that the store has to be told may go.
   *
   * @param all also those whose time in the bin is not over
   */
  public List<String> expiringObjects(boolean all) {
    return session.trusted(
        connection ->
            ReportObjects.expiring(connection, policy(), all).stream()
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
    return session.trusted(
        connection -> {
          Optional<ReportObjects.Expiring> object =
              ReportObjects.expiring(connection, policy(), location);
          boolean told = object.isPresent() && object.get().released();
          if (told) {
            store.run();
          }
          if (object.isPresent()) {
            ReportObjects.forgetExpiring(connection, location);
          }
          return told;
        });
  }

  /** Locations of objects that were released, but whose reports were held since. */
  public List<String> releasedButHeld() {
    return session.trusted(connection -> ReportObjects.releasedButHeld(connection, policy()));
  }

  /** Notes that an object stays after all. */
  public void keptObject(String location) {
    session.trusted(
        connection -> {
          ReportObjects.kept(connection, policy(), location);
          return null;
        });
  }

  /** The policy that is purged. */
  public Policy policy() {
    return session.policy();
  }

  private UUID job() {
    return session.job().id();
  }

  /** Work that gives nothing. */
  @FunctionalInterface
  private interface Change {
    void on(Connection connection) throws SQLException;
  }

  private void change(Change work) {
    session.transaction(
        connection -> {
          work.on(connection);
          return null;
        });
  }
}
