package dev.archivist.db;

import static dev.archivist.db.jooq.archive.Tables.AUDIT;

import dev.archivist.db.jooq.archive.Routines;
import dev.archivist.document.AuditChain;
import dev.archivist.document.AuditEntry;
import dev.archivist.document.Json;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Reads {@code archive.audit} and checks its chain. */
public final class AuditTrail {
  private final Archive archive;

  public AuditTrail(Archive archive) {
    this.archive = archive;
  }

  /**
   * Lets the transaction's entries join the chain when they are made, not when it commits. A job is
   * closed like this: that releases its policy's lock, which no rollback takes again, so whatever
   * may fail has to come first.
   */
  static void joinAtOnce(Connection connection) throws SQLException {
    Statements.query(connection, "session.audit_at_once").update();
  }

  /** The newest entries in the order in which they were made. */
  public List<AuditEntry> newest(int limit) {
    List<AuditEntry> entries =
        archive.query(
            dsl ->
                dsl.selectFrom(AUDIT)
                    .orderBy(AUDIT.SEQ.desc())
                    .limit(limit)
                    .fetch(
                        row ->
                            new AuditEntry(
                                row.getSeq(),
                                row.getAt(),
                                row.getWho(),
                                row.getApplication(),
                                row.getAction(),
                                row.getPolicy(),
                                new AuditEntry.Details(row.getDetails().data()))));
    List<AuditEntry> ordered = new ArrayList<>(entries);
    Collections.reverse(ordered);
    return ordered;
  }

  /** The answer of {@code archive.verify_audit()}. */
  public AuditChain verify() {
    return Json.read(
        archive.query(dsl -> Routines.verifyAudit(dsl.configuration()).data()), AuditChain.class);
  }
}
