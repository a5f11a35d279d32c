package dev.archivist.engine.restore;

import dev.archivist.engine.catalog.Column;
import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.digest.Digest;
import dev.archivist.engine.digest.RowSize;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.ledger.MonthSummary;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.Savepoints;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Takes up to {@code batch_rows} rows out of the archive and puts them back into the live table:
 * one statement, in the caller's transaction, which deletes, inserts what it deleted, and takes it
 * off the ledger.
 */
public final class RestoreBatch {
  /**
   * A key of the live table is in the way, an exclusion constraint, a foreign key, a check, or a
   * column that may not be null.
   */
  static final Set<String> CONFLICT = Set.of("23505", "23P01", "23503", "23514", "23502");

  /** PL/Java puts its own error in the place of one that a foreign key's query has met. */
  private static final String HIDDEN = "XX000";

  private static final Set<String> MAYBE_CONFLICT =
      Stream.concat(CONFLICT.stream(), Stream.of(HIDDEN)).collect(Collectors.toUnmodifiableSet());

  private RestoreBatch() {}

  /**
   * @param picked archived rows that were found; fewer than {@code batch_rows} are the last ones
   * @param result what happened to them
   * @param last the newest instant that was taken, null if nobody has to know
   */
  public record Outcome(long picked, RestoreResult result, OffsetDateTime last) {}

  /**
   * Runs one batch.
   *
   * @throws ArchiveException {@code ZA042} if a row's key is live already or a constraint refuses
   *     it, {@code ZA007} if other rows arrived than left, {@code ZA008} if the ledger has fewer
   *     rows than the archive; the caller must roll back
   */
  public static Outcome run(Connection connection, RestoreContext scope) throws SQLException {
    Outcome outcome =
        Savepoints.attempt(
            connection,
            MAYBE_CONFLICT,
            () -> take(connection, scope),
            failure -> {
              throw conflict(connection, scope, failure);
            });
    keepBounds(connection, scope.policy(), scope.batch());
    return outcome;
  }

  private static SQLException conflict(
      Connection connection, RestoreContext scope, SQLException failure) throws SQLException {
    List<Conflict> conflicts =
        Conflict.of(connection, scope.policy(), scope.order(), scope.from(), scope.to());
    if (conflicts.isEmpty() && failure.getSQLState().equals(HIDDEN)) {
      return failure;
    }
    return Conflict.refused(
        scope.policy(),
        scope.policy().source(),
        conflicts.isEmpty()
            ? List.of(
                new Conflict(
                    "an exclusion constraint, or a foreign key to a table that cannot be read",
                    1,
                    List.of("(unknown)")))
            : conflicts);
  }

  /** The ledger's oldest and newest may have left with the batch; an empty month leaves it. */
  static void keepBounds(Connection connection, Policy policy, UUID batch) throws SQLException {
    SqlText bounds =
        SqlText.load("ledger.bounds").with("archive", policy.archive()).with("time", policy.time());
    Query.of(connection, bounds).bind(batch.toString()).update();
    Query.named(connection, "ledger.emptied").bind(batch.toString()).update();
  }

  private static Outcome take(Connection connection, RestoreContext scope) throws SQLException {
    String batch = scope.batch().toString();
    Query query = Query.of(connection, statement(scope));
    query.bind(scope.from(), scope.to(), scope.order().matching(), scope.policy().batchRows());
    query.bind(scope.from(), scope.to(), batch);
    query.bind(batch, scope.policy().name(), scope.job().toString());
    return query.one(row -> read(row, scope));
  }

  private static SqlText statement(RestoreContext scope) {
    Columns live = scope.live();
    Columns content = MonthSummary.columns(scope.policy(), live, scope.archive());
    List<Identifier> written =
        live.list().stream().filter(column -> !column.generated()).map(Column::name).toList();
    return SqlText.load("restore.batch")
        .with("archive", scope.policy().archive())
        .with("source", scope.policy().source())
        .with("time", scope.policy().time())
        .with("kept_columns", SqlText.columns("kept", live.names()))
        .with("written_columns", SqlText.columns("", written))
        .with("gone_written_columns", SqlText.columns("gone", written))
        .with("live_columns", SqlText.columns("live", live.names()))
        .with("ledger_taken", SqlText.load("ledger.taken"))
        .with("gone_bytes", RowSize.of("gone", live))
        .with("gone_digest_a", Digest.first("gone", content, live))
        .with("gone_digest_b", Digest.second("gone", content, live))
        .with("back_digest_a", Digest.first("back", content, live))
        .with("back_digest_b", Digest.second("back", content, live));
  }

  private static Outcome read(ResultSet row, RestoreContext scope) throws SQLException {
    long picked = row.getLong("picked");
    long back = row.getLong("back");
    if (picked != row.getLong("gone") || picked != back || !row.getBoolean("unchanged")) {
      throw new ArchiveException(
          ArchiveError.BATCH_NOT_CONSERVED,
          scope.policy().name(),
          picked
              + " rows were to go back to "
              + scope.policy().source()
              + ", "
              + row.getLong("gone")
              + " left the archive and "
              + back
              + " arrived"
              + (row.getBoolean("unchanged") ? "" : ", with other content"),
          "Look for triggers, rules and generated columns of the live table; the batch was undone.");
    }
    if (!row.getBoolean("entered")) {
      throw ledgerTooSmall(scope.policy());
    }
    return new Outcome(picked, new RestoreResult(back, 0, row.getLong("bytes"), false), null);
  }

  static ArchiveException ledgerTooSmall(Policy policy) {
    return new ArchiveException(
        ArchiveError.LEDGER_DIFFERS,
        policy.name(),
        "the archive of policy \"" + policy.name() + "\" has more rows than its ledger",
        "Run archivist verify to see which month differs; the batch was undone.");
  }
}
