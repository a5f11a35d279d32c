package dev.archivist.engine.job;

import dev.archivist.engine.plan.Columns;
import dev.archivist.engine.plan.Digest;
import dev.archivist.engine.plan.MonthContent;
import dev.archivist.engine.plan.Planner;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.Treatment;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;

/** Recomputes what the ledger says from the archived data. */
public final class Verification {
  private Verification() {}

  /**
   * Compares the ledger with the archive, month by month, in one snapshot.
   *
   * @return {@code {"policy", "ok", "months": [{"month", "ok", "ledger": {…}, "data": {…}}]}}, only
   *     months that differ having both sides
   */
  public static String verify(Connection connection, Policy policy) throws SQLException {
    Columns content = MonthContent.columns(connection, policy);
    SqlText bytes =
        policy.treatment() instanceof Treatment.Offload
            ? SqlText.load("size_of_content")
            : Planner.bytes("kept", policy, content);
    SqlText text =
        SqlText.load("verify")
            .with("archive", policy.archive())
            .with("time", policy.time())
            .with("bytes", bytes)
            .with("digest_a", Digest.first("kept", content))
            .with("digest_b", Digest.second("kept", content));
    return Query.of(connection, text)
        .bind(policy.name(), policy.name())
        .one(row -> row.getString(1));
  }
}
