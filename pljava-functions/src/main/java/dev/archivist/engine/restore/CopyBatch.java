package dev.archivist.engine.restore;

import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.catalog.Keys;
import dev.archivist.engine.digest.Digest;
import dev.archivist.engine.digest.RowSize;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyKind;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.QualifiedName;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.Savepoints;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;

/**
 * Copies up to {@code batch_rows} archived rows, and those of the last one's instant, into a table
 * of the user's. Rows that are there already are left as they are, so it may be repeated.
 */
public final class CopyBatch {
  private CopyBatch() {}

  /** Makes the table, with the archive's own columns and primary key. */
  public static void makeTable(Connection connection, Policy policy, QualifiedName table)
      throws SQLException {
    Columns content = ownColumns(policy, Columns.of(connection, policy.archive()));
    SqlText make =
        SqlText.load("restore.copy_table")
            .with("target", table)
            .with("archive", policy.archive())
            .with("columns", SqlText.columns("kept", content.names()));
    Query.of(connection, make).update();
    SqlText key =
        SqlText.load("restore.copy_table_key")
            .with("target", table)
            .with("key", SqlText.columns("", Keys.primary(connection, policy.archive())));
    Query.of(connection, key).update();
  }

  /**
   * Runs one batch.
   *
   * @throws ArchiveException {@code ZA042} if a row with the same key and other content is there,
   *     or a constraint refuses one, {@code ZA007} if other rows arrived than were read; the caller
   *     must roll back
   */
  public static RestoreBatch.Outcome run(Connection connection, RestoreContext context)
      throws SQLException {
    RestoreBatch.Outcome outcome =
        Savepoints.attempt(
            connection,
            RestoreBatch.MAYBE_CONFLICT,
            () ->
                Query.of(connection, statement(connection, context))
                    .bind(context.from(), context.to(), context.request().matching())
                    .bind(context.policy().batchRows(), context.policy().batchBytes())
                    .one(row -> read(row, context)),
            failure -> {
              throw Conflict.of(connection, context, 1);
            });
    RestoreResult result = outcome.result();
    long refused = outcome.picked() - result.restored() - result.present();
    if (refused != 0) {
      throw Conflict.of(connection, context, refused);
    }
    return outcome;
  }

  private static SqlText statement(Connection connection, RestoreContext context)
      throws SQLException {
    Columns content = ownColumns(context.policy(), context.inspection().root().archive());
    QualifiedName target = context.request().target(context.policy().root());
    List<Identifier> key = Keys.shared(connection, context.policy().archive(), target);
    return SqlText.load("restore.copy_batch")
        .with("archive", context.policy().archive())
        .with("target", target)
        .with("time", context.policy().time())
        .with("columns", SqlText.columns("", content.names()))
        .with("kept_columns", SqlText.columns("kept", content.names()))
        .with("counted_columns", SqlText.columns("counted", content.names()))
        .with("stored_bytes", RowSize.stored("kept", content))
        .with("picked_columns", SqlText.columns("picked", content.names()))
        .with("made_columns", SqlText.columns("made", content.names()))
        .with("same_key", content.only(key).equal("picked", "present"))
        .with("picked_digest_a", Digest.first("picked", content))
        .with("picked_digest_b", Digest.second("picked", content))
        .with("made_digest_a", Digest.first("made", content))
        .with("made_digest_b", Digest.second("made", content))
        .with("present_digest_a", Digest.first("present", content))
        .with("present_digest_b", Digest.second("present", content))
        .with("made_bytes", RowSize.of("made", content));
  }

  private static RestoreBatch.Outcome read(ResultSet row, RestoreContext context)
      throws SQLException {
    long picked = row.getLong("picked");
    long made = row.getLong("made");
    long present = row.getLong("present");
    if (picked == made + present && !row.getBoolean("unchanged")) {
      throw new ArchiveException(
          ArchiveError.BATCH_NOT_CONSERVED,
          context.policy().name(),
          made
              + " rows arrived in "
              + context.request().target(context.policy().root())
              + " with other content",
          "Look for triggers of that table that change rows; the batch was undone.");
    }
    return new RestoreBatch.Outcome(
        picked,
        row.getLong("total"),
        new RestoreResult(made, present, row.getLong("bytes"), false),
        row.getObject("last_time", OffsetDateTime.class));
  }

  /** The archive's columns that a row has, or had, in the live table; of daily values all. */
  static Columns ownColumns(Policy policy, Columns archive) {
    return archive.without(PolicyKind.STAMPS).without(policy.kind().addedColumns());
  }
}
