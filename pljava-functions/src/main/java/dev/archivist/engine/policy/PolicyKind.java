package dev.archivist.engine.policy;

import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/**
 * What happens to rows that are old enough. A kind is one class, and one function {@code
 * archive.check_<kind>_settings} that checks its settings; everything else asks it. Other functions
 * of the kind are called where they exist: {@code archive.<kind>_matching_columns}, {@code
 * archive.<kind>_view_columns} and {@code archive.<kind>_view_comment}.
 */
public interface PolicyKind {
  Identifier ARCHIVED_AT = new Identifier("archived_at");

  /** Columns that every archive table has besides, saying when and by which batch a row came. */
  List<Identifier> STAMPS = List.of(ARCHIVED_AT, new Identifier("archive_batch_id"));

  /** The name as {@code archive.policies.kind} has it. */
  String label();

  /** Whether the archive is partitioned by month; if not, it is an ordinary table. */
  boolean isPartitioned();

  /** Whether a batch changes rows that are archived already. */
  boolean changesArchivedRows();

  /** Whether a policy of this kind may have descendants. */
  boolean takesFamilies();

  /** Where the content is in files, which only a runner can reach: how the rows say which. */
  Optional<FileColumns> files();

  /** What the cutoff is cut down to: a unit of {@code date_trunc}. */
  String cutoffUnit();

  /** SQL for the time that a live row has in the archive, by which it comes into a month. */
  default SqlText archivedTime(SqlText time) {
    return time;
  }

  /** First instant after all live rows that a month of the archive may stand for. */
  default OffsetDateTime endOf(Month month) {
    return month.to();
  }

  /**
   * Columns of the root such that rows with the same values in them, and the same {@link
   * #archivedTime}, become one row of the archive; none if each stays a row of its own.
   */
  default List<Identifier> mergedBy() {
    return List.of();
  }

  /** Columns that an archive has for this kind, besides {@link #STAMPS} and the rows' own. */
  List<Identifier> addedColumns();

  /**
   * The columns that the digest covers, in the archive's order: all that must not change once a row
   * is archived.
   */
  Columns digested(TableColumns columns);

  /** SQL for the size in bytes of one live row, by which a plan estimates and a run counts. */
  SqlText liveBytes(String alias, Columns live);

  /** SQL for the size in bytes of one archived row, as the ledger counts it. */
  SqlText archivedBytes(String alias, Columns content);

  /** SQL for how many live rows one archived row stands for. */
  SqlText sourceRows(String alias);

  /**
   * SQL for what a run leaves the same, as one text: computed from the root's rows of both tiers
   * otherwise than by the digest, so that one proves the other.
   */
  default SqlText conserved(Policy policy, Columns live) {
    return SqlText.load("content.rows")
        .with("columns", SqlText.columns("", live.names()))
        .with("live", policy.source())
        .with("archive", policy.archive());
  }

  /** Reasons against running a policy on a table, besides those that concern every kind. */
  List<Refusal> refusals(TableColumns columns);

  /** What a run would lose or leave alone, for people to read. */
  List<String> warnings(Connection connection, Policy policy, Columns live, OffsetDateTime cutoff)
      throws SQLException;

  /** Which old rows a run would leave live, for people to read, each with what mends it. */
  default List<String> staying(Connection connection, TableColumns root, OffsetDateTime cutoff)
      throws SQLException {
    return List.of();
  }

  /**
   * What would not pay.
   *
   * @param rows how many rows would go
   * @param archived how many rows of the archive they become
   */
  default List<String> unprofitable(long rows, long archived) {
    return List.of();
  }

  /**
   * The statement that takes one batch. Its placeholders {@code pick}, {@code held} and {@code
   * given} are filled by the caller. It returns one row: {@code picked}, {@code last_time}, {@code
   * last_block}, {@code elsewhere}, {@code deleted}, {@code archived}, {@code conserved}, {@code
   * bytes}.
   *
   * @throws UnsupportedOperationException if rows go one by one, each after its file
   */
  SqlText batch(List<TableColumns> family);

  /** What a run will do to the rows of a month, in order. */
  List<Step> steps(Policy policy, Month month, long rows, String partition);

  /**
   * Why rows cannot be restored.
   *
   * @param copied whether they would be copied into a table of the user's, or go back to the live
   *     one
   */
  Optional<Refusal> againstRestore(Policy policy, boolean copied);
}
