package dev.archivist.engine.job;

import dev.archivist.engine.plan.Columns;
import dev.archivist.engine.plan.Digest;
import dev.archivist.engine.plan.OutputSettings;
import dev.archivist.engine.plan.Planner;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.Treatment;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Recomputes what the ledger says from the archived data. */
public final class Verification {
  private static final List<Identifier> NOT_CONTENT =
      List.of(
          new Identifier("archived_at"),
          new Identifier("archive_batch_id"),
          new Identifier("deleted_locally"));

  private Verification() {}

  /**
   * Compares the ledger with the archive, month by month, in one snapshot.
   *
   * @return {@code {"policy", "ok", "months": [{"month", "ok", "ledger": {…}, "data": {…}}]}}, only
   *     months that differ having both sides
   */
  public static String verify(Connection connection, Policy policy) throws SQLException {
    OutputSettings.fix(connection);
    Columns content = content(connection, policy);
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

  /** The columns that the digest covers; a moved row's are those of the live table. */
  private static Columns content(Connection connection, Policy policy) throws SQLException {
    return policy.treatment() instanceof Treatment.Move
        ? Columns.of(connection, policy.source())
        : Columns.of(connection, policy.archive()).without(NOT_CONTENT);
  }
}
