package dev.archivist.db;

import static dev.archivist.db.jooq.archive.Tables.AUDIT;

import dev.archivist.db.jooq.archive.Routines;
import dev.archivist.document.AuditChain;
import dev.archivist.document.AuditEntry;
import dev.archivist.document.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Reads {@code archive.audit} and checks its chain. */
public final class AuditTrail {
  private final Archive archive;

  public AuditTrail(Archive archive) {
    this.archive = archive;
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
