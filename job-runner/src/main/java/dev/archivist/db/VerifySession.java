package dev.archivist.db;

import dev.archivist.document.Json;
import dev.archivist.document.VerifiedRows;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.job.Inspection;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.report.BinnedReports;
import dev.archivist.engine.report.ReportRows;
import dev.archivist.engine.verify.Verification;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Verifies one policy on a connection of its own, wherever jobs run. Each call is one read-only
 * transaction, so that neither a snapshot nor a lock is held from month to month.
 */
public record VerifySession(PolicySession session) implements AutoCloseable {

  /** Connects; an unknown policy is {@code ZA002}. */
  public static VerifySession open(Database database, String policy) {
    PolicySession session = PolicySession.toVerify(database, policy);
    try {
      session.policy();
      return new VerifySession(session);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /** What ledger or journal know of names that no policy has. */
  public static List<Verification.Ownerless> ownerless(Database database) {
    return database.inSession(
        "archivist verify",
        connection -> Transactions.readOnly(connection, () -> Verification.ownerless(connection)));
  }

  /** Tables in the bin's schema that no entry of the bin has there. */
  public static List<String> strangers(Database database) {
    return database.inSession(
        "archivist verify",
        connection -> Transactions.readOnly(connection, () -> Verification.strangers(connection)));
  }

  public Policy policy() {
    return session.policy();
  }

  /** What there is to look at, of one month or of all. */
  public List<Verification.Part> parts(Optional<Month> month) {
    return session.reading(connection -> Verification.parts(connection, policy(), month));
  }

  /** Each month of the part as JSON; see {@link Verification#months}. */
  public List<String> months(Verification.Part part) {
    return session.reading(connection -> Verification.months(connection, policy(), part));
  }

  /** All months in one document; see {@link Verification#verify}. */
  public VerifiedRows summary(List<String> months) {
    return Json.read(
        session.reading(connection -> Verification.summary(connection, policy(), months)),
        VerifiedRows.class);
  }

  /** The next archived reports after the key. */
  public List<ReportRows.Archived> archived(UUID after, Optional<Month> month, int limit) {
    return session.reading(
        connection -> {
          Inspection.trusted(connection, policy());
          return ReportRows.archived(connection, policy(), after, month.orElse(null), limit);
        });
  }

  /** The archived report as it is now; empty if its object is not at its place any more. */
  public Optional<ReportRows.Archived> again(ReportRows.Archived report) {
    return session.reading(
        connection -> {
          Inspection.trusted(connection, policy());
          return ReportRows.archived(connection, policy(), report.id(), report.object().location());
        });
  }

  /** The tables that hold reports in the bin. */
  public List<BinnedReports.Table> binTables(Optional<Month> month) {
    return session.reading(
        connection -> BinnedReports.tables(connection, policy(), month.orElse(null)));
  }

  /** The next reports of a table of the bin, after the location. */
  public List<ReportRows.Archived> binned(BinnedReports.Table table, String after, int limit) {
    return session.reading(
        connection -> {
          Inspection.trusted(connection, policy());
          return BinnedReports.of(connection, policy(), table, after, limit);
        });
  }

  /** Whether the table is in the bin still. */
  public boolean isBinned(BinnedReports.Table table) {
    return session.reading(connection -> BinnedReports.isBinned(connection, table));
  }

  /** Which of these objects no archived report refers to. */
  public List<String> unreferenced(List<String> locations) {
    return session.reading(
        connection -> {
          Inspection.trusted(connection, policy());
          return ReportRows.unreferenced(connection, policy(), Json.line(locations));
        });
  }

  @Override
  public void close() {
    session.close();
  }
}
