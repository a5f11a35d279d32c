package dev.archivist.engine.ledger;

import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.digest.Digest;
import dev.archivist.engine.digest.OutputSettings;
import dev.archivist.engine.digest.RowSize;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyKind;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * What a month of the archive is, or should be.
 *
 * @param rows how many there are
 * @param bytes their size, as the ledger counts it
 * @param digestA first sum of {@link Digest}, in decimal
 * @param digestB second sum
 */
public record MonthSummary(long rows, long bytes, String digestA, String digestB) {
  private static final List<Identifier> NOT_CONTENT =
      List.of(
          new Identifier("archived_at"),
          new Identifier("archive_batch_id"),
          new Identifier("deleted_locally"),
          new Identifier("object_expires_at"));

  private static final MonthSummary NOTHING = new MonthSummary(0, 0, "0", "0");

  /** The archive's columns without those that say when, by which batch, and what changes later. */
  public static Columns withoutStamps(Columns archive) {
    return archive.without(NOT_CONTENT);
  }

  /** The columns that the digest covers. */
  public static Columns columns(Connection connection, Policy policy) throws SQLException {
    return columns(
        policy, Columns.of(connection, policy.source()), Columns.of(connection, policy.archive()));
  }

  /**
   * The columns that the digest covers, in the archive's order. Of moved rows those that a row has
   * or had in the live table: what the archive fills by itself is none of them. A column that the
   * live table has lost stays one, so that older months keep their digests.
   */
  public static Columns columns(Policy policy, Columns live, Columns archive) {
    Columns kept = withoutStamps(archive);
    return policy.kind() instanceof PolicyKind.Move
        ? new Columns(
            kept.list().stream()
                .filter(
                    column ->
                        live.named(column.name()).isPresent()
                            || !column.hasDefault() && !column.generated())
                .toList())
        : kept;
  }

  /** Reads the rows. */
  public static MonthSummary of(Connection connection, MonthRows rows, Columns content)
      throws SQLException {
    OutputSettings.fix(connection);
    SqlText text =
        SqlText.load("ledger.content")
            .with("table", rows.table())
            .with("which", rows.which())
            .with("bytes", bytes(rows.policy(), content))
            .with("digest_a", Digest.first("kept", content))
            .with("digest_b", Digest.second("kept", content));
    return Query.of(connection, text).bind(rows.values()).one(MonthSummary::read);
  }

  /** SQL for the size of one row {@code kept}, as batches count it. */
  public static SqlText bytes(Policy policy, Columns content) {
    return policy.kind() instanceof PolicyKind.Offload
        ? SqlText.load("report.size_of_content")
        : RowSize.of("kept", content);
  }

  /** What the ledger says; nothing where it has no entry. */
  public static MonthSummary ofLedger(Connection connection, Policy policy, Month month)
      throws SQLException {
    return Query.named(connection, "ledger.month")
        .bind(policy.name(), month.firstDay())
        .first(MonthSummary::read)
        .orElse(NOTHING);
  }

  /** Reads the columns {@code rows}, {@code bytes}, {@code digest_a} and {@code digest_b}. */
  public static MonthSummary read(ResultSet row) throws SQLException {
    return new MonthSummary(
        row.getLong("rows"),
        row.getLong("bytes"),
        row.getString("digest_a"),
        row.getString("digest_b"));
  }

  /** {@code 17 rows, 4711 bytes, digest a:b}. */
  @Override
  public String toString() {
    return rows + " rows, " + bytes + " bytes, digest " + digestA + ":" + digestB;
  }
}
