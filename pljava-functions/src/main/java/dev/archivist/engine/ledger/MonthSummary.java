package dev.archivist.engine.ledger;

import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.digest.Digest;
import dev.archivist.engine.policy.PolicyTable;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * What a month of an archive table is, or should be.
 *
 * @param rows how many there are
 * @param bytes their size, as the ledger counts it
 * @param digestA first sum of {@link Digest}, in decimal
 * @param digestB second sum
 */
public record MonthSummary(long rows, long bytes, String digestA, String digestB) {
  /**
   * Reads the rows. The session's settings that decide how values look as text must be fixed.
   *
   * @param content the columns that the digest covers
   */
  public static MonthSummary of(Connection connection, MonthRows rows, Columns content)
      throws SQLException {
    return Query.of(connection, text(rows, content)).bind(rows.values()).one(MonthSummary::read);
  }

  /** What a month is and what the ledger says of it. */
  public record Compared(MonthSummary data, MonthSummary ledger) {}

  /** As {@link #of}, with what the ledger says; zeros where it has no entry. */
  public static Compared withLedger(
      Connection connection, MonthRows rows, PolicyTable table, Month month, Columns content)
      throws SQLException {
    return Query.of(connection, SqlText.load("ledger.compare").with("content", text(rows, content)))
        .bind(rows.values())
        .bind(rows.policy().name(), table.position(), month.firstDay())
        .one(
            row ->
                new Compared(
                    read(row),
                    new MonthSummary(
                        row.getLong("ledger_rows"),
                        row.getLong("ledger_bytes"),
                        row.getString("ledger_digest_a"),
                        row.getString("ledger_digest_b"))));
  }

  private static SqlText text(MonthRows rows, Columns content) {
    return SqlText.load("ledger.content")
        .with("table", rows.table())
        .with("which", rows.which())
        .with("bytes", rows.policy().kind().archivedBytes("kept", content))
        .with("digest_a", Digest.first("kept", content))
        .with("digest_b", Digest.second("kept", content));
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
