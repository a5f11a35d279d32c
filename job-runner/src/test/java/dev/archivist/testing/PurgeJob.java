package dev.archivist.testing;

import dev.archivist.db.Database;
import dev.archivist.db.PolicySession;
import dev.archivist.db.PurgeSession;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.job.Job;
import dev.archivist.engine.purge.BinEntry;
import dev.archivist.engine.purge.Purge;
import java.util.List;
import java.util.Optional;

/** A session for one job that purges, for tests that go step by step. */
public final class PurgeJob implements AutoCloseable {
  private final PolicySession session;
  private final PurgeSession purge;

  private PurgeJob(PolicySession session) {
    this.session = session;
    this.purge = new PurgeSession(session);
  }

  public static PurgeJob open(Database database, String policy) {
    return new PurgeJob(PolicySession.toPurge(database, policy));
  }

  public Job begin(String options) {
    return session.beginPurge(options);
  }

  public List<Purge.Due> due() {
    return purge.due();
  }

  public Optional<BinEntry> record(Month month) {
    return purge.record(month);
  }

  /** Of all the month's tables. */
  public void beginDetach(BinEntry entry) {
    entry.tables().forEach(table -> purge.beginDetach(entry, table));
  }

  /** Of all the month's tables. */
  public void finishDetach(BinEntry entry) {
    entry.tables().forEach(table -> purge.finishDetach(entry, table));
  }

  public void bin(BinEntry entry) {
    purge.bin(purge.entry(entry.id()).orElseThrow());
  }

  public void finish(String status, String errorMessage) {
    session.finish(status, errorMessage);
  }

  @Override
  public void close() {
    session.close();
  }
}
