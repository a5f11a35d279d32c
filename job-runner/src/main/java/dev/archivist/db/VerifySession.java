package dev.archivist.db;

import dev.archivist.document.Json;
import dev.archivist.document.VerifiedRows;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.policy.Policies;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.report.ReportRows;
import dev.archivist.engine.verify.Verification;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Verifies one policy on a connection of its own, wherever jobs run. Each call is one read-only
 * transaction, so that neither a snapshot nor a lock is held from month to month.
 */
public final class VerifySession implements AutoCloseable {
  private final Connection connection;
  private final Policy policy;

  private VerifySession(Connection connection, Policy policy) {
    this.connection = connection;
    this.policy = policy;
  }

  /** Connects; an unknown policy is {@code ZA002}. */
  public static VerifySession open(Database database, String policy) {
    Connection connection = database.dedicated("archivist verify " + policy);
    return SqlCall.get(
        () -> {
          try {
            return new VerifySession(
                connection,
                Transactions.readOnly(connection, () -> Policies.named(connection, policy)));
          } catch (RuntimeException e) {
            connection.close();
            throw e;
          }
        });
  }

  /** What ledger or journal know of names that no policy has. */
  public static List<Verification.Ownerless> ownerless(Database database) {
    return SqlCall.get(
        () -> {
          try (Connection connection = database.dedicated("archivist verify")) {
            return Transactions.readOnly(connection, () -> Verification.ownerless(connection));
          }
        });
  }

  public Policy policy() {
    return policy;
  }

  /** What there is to look at. */
  public List<Verification.Part> parts() {
    return reading(() -> Verification.parts(connection, policy));
  }

  /** Each month of the part as JSON; see {@link Verification#months}. */
  public List<String> months(Verification.Part part) {
    return reading(() -> Verification.months(connection, policy, part));
  }

  /** All months in one document; see {@link Verification#verify}. */
  public VerifiedRows summary(List<String> months) {
    return Json.read(
        reading(() -> Verification.summary(connection, policy, months)), VerifiedRows.class);
  }

  /** The next archived reports behind the key. */
  public List<ReportRows.Archived> archived(UUID after, Optional<Month> month, int limit) {
    return reading(() -> ReportRows.archived(connection, policy, after, month.orElse(null), limit));
  }

  /** The archived report as it is now; empty if its object is not at its place any more. */
  public Optional<ReportRows.Archived> again(ReportRows.Archived report) {
    return reading(
        () -> ReportRows.archived(connection, policy, report.id(), report.object().location()));
  }

  /** Which of these objects no archived report refers to. */
  public List<String> unreferenced(List<String> locations) {
    return reading(() -> ReportRows.unreferenced(connection, policy, Json.line(locations)));
  }

  private <T> T reading(SqlCall.Giving<T> work) {
    return Transactions.readOnly(connection, work);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }
}
