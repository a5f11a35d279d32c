package dev.archivist.db;

import dev.archivist.document.Json;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.report.BinnedReports;
import dev.archivist.engine.report.Reconciliation;
import dev.archivist.engine.report.ReportObjects;
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

  /** The tables that hold reports in the bin. */
  public List<BinnedReports.Table> binTables() {
    return session.trusted(connection -> BinnedReports.tables(connection, policy(), null));
  }

  /** The next reports of a table of the bin, after the location. */
  public List<ReportRows.Archived> binned(BinnedReports.Table table, String after, int limit) {
    return session.trusted(
        connection -> BinnedReports.of(connection, policy(), table, after, limit));
  }

  /** Which of these objects no archived report refers to. */
  public List<Reconciliation.Orphan> orphans(List<String> locations) {
    return session.trusted(
        connection -> Reconciliation.orphans(connection, policy(), Json.line(locations)));
  }

  /** Notes that an object that was to go stays. */
  public void keepForGood(String location) {
    session.transaction(
        connection -> {
          ReportObjects.forgetStray(connection, location);
          ReportObjects.forgetExpiring(connection, location);
          return null;
        });
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
