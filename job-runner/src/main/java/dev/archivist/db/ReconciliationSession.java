package dev.archivist.db;

import dev.archivist.document.Json;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.report.Reconciliation;
import dev.archivist.engine.report.ReportRows;
import java.util.List;
import java.util.UUID;

/** What bringing reports and objects together asks of the database. */
public record ReconciliationSession(PolicySession session) {

  public Policy policy() {
    return session.policy();
  }

  /** The next archived reports after the key. */
  public List<ReportRows.Archived> archived(UUID after, int limit) {
    return session.trusted(
        connection -> ReportRows.archived(connection, policy(), after, null, limit));
  }

  /** Which of these objects no archived report refers to. */
  public List<Reconciliation.Orphan> orphans(List<String> locations) {
    return session.trusted(
        connection -> Reconciliation.orphans(connection, policy(), Json.line(locations)));
  }

  /** Gives every object that was to go the policy's {@code bin_for} from now. */
  public void postponeDeletions() {
    session.transaction(
        connection -> {
          Reconciliation.postponeDeletions(connection, policy());
          return null;
        });
  }
}
