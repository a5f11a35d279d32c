package dev.archivist.engine.batch;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.partition.Month;
import dev.archivist.engine.plan.Columns;
import dev.archivist.engine.plan.Digest;
import dev.archivist.engine.plan.Holds;
import dev.archivist.engine.plan.MonthContent;
import dev.archivist.engine.plan.Walk;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.Treatment;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The database's side of archiving report files. The runner uploads a file and reads it back first;
 * only then {@link #commit} moves the row.
 */
public final class OffloadBatch {
  private static final UUID LOWEST = new UUID(0, 0);

  private OffloadBatch() {}

  /** Where a walk through the old reports stands: after this time and key. */
  public record Position(OffsetDateTime time, UUID key) {
    /** Before the first report. */
    public static final Position START = new Position(Walk.EARLIEST, LOWEST);
  }

  /** The next reports older than the cutoff, oldest first, at most {@code batch_rows}. */
  public static List<Report> candidates(
      Connection connection, Policy policy, OffsetDateTime cutoff, Position after)
      throws SQLException {
    Holds holds = Holds.now(connection, policy);
    Treatment.Offload offload = offload(policy);
    SqlText text =
        SqlText.load("offload_candidates")
            .with("source", policy.source())
            .with("time", policy.time())
            .with("key", offload.key())
            .with("file", offload.file())
            .with("format", offload.format())
            .with("held", holds.condition("old"));
    return Query.of(connection, text)
        .bind(cutoff, after.time(), after.key().toString(), policy.batchRows())
        .list(OffloadBatch::read);
  }

  /**
   * Moves the report's row to the archive, with its object's location.
   *
   * @return empty if the row was changed, deleted or held since it was read; then nothing was moved
   * @throws ArchiveException {@code ZA007} if the row left but did not arrive; the caller must roll
   *     back
   */
  public static Optional<BatchResult> commit(
      Connection connection, Scope scope, Report report, Offloaded object) throws SQLException {
    Treatment.Offload offload = offload(scope.policy());
    Columns digested = MonthContent.withoutStamps(scope.archive());
    SqlText text =
        SqlText.load("offload_batch")
            .with("source", scope.policy().source())
            .with("archive", scope.policy().archive())
            .with("time", scope.policy().time())
            .with("key", offload.key())
            .with("held", scope.holds().condition("live"))
            .with("live_columns", SqlText.columns("live", scope.live().names()))
            .with("gone_columns", SqlText.columns("gone", scope.live().names()))
            .with("columns", SqlText.columns("", scope.live().names()))
            .with("digested_columns", SqlText.columns("stored", digested.names()))
            .with("ledger_entry", SqlText.load("ledger_entry"))
            .with("digest_a", Digest.first("kept", digested))
            .with("digest_b", Digest.second("kept", digested));
    BatchResult result =
        Query.of(connection, text)
            .bind(report.id().toString(), report.version())
            .bind(scope.batch().toString(), object.location())
            .bind(object.contentBytes(), object.contentSha256())
            .bind(object.objectBytes(), object.objectSha256())
            .bind(scope.batch().toString(), scope.batch().toString())
            .bind(scope.policy().name(), scope.job().toString())
            .one(
                row ->
                    new BatchResult(
                        row.getLong("deleted"),
                        row.getLong("archived"),
                        row.getLong("deleted"),
                        row.getLong("bytes"),
                        false));
    if (result.deleted() != result.archived()) {
      throw new ArchiveException(
          ArchiveError.BATCH_NOT_CONSERVED,
          scope.policy().name(),
          "the row of report "
              + report.id()
              + " left "
              + scope.policy().source()
              + " but did not arrive in "
              + scope.policy().archive(),
          "Look for triggers or rules on the archive table that drop rows; the move was undone.");
    }
    return result.deleted() == 1 ? Optional.of(result) : Optional.empty();
  }

  /** A report whose row is archived but whose local file may still be there. */
  public record Leftover(UUID id, String file, Offloaded object) {}

  /** Archived reports whose local file was not deleted yet. */
  public static List<Leftover> leftovers(Connection connection, Policy policy) throws SQLException {
    Treatment.Offload offload = offload(policy);
    SqlText text =
        SqlText.load("offload_leftovers")
            .with("archive", policy.archive())
            .with("key", offload.key())
            .with("file", offload.file());
    return Query.of(connection, text).list(OffloadBatch::readLeftover);
  }

  /** Paths of live reports that end in the same file name: they may be the same file. */
  public static List<String> liveFilesNamed(Connection connection, Policy policy, String fileName)
      throws SQLException {
    SqlText text =
        SqlText.load("offload_same_file")
            .with("source", policy.source())
            .with("file", offload(policy).file());
    return Query.of(connection, text).bind(fileName, fileName).list(row -> row.getString(1));
  }

  /** Notes that the local file is gone. */
  public static void deletedLocally(Connection connection, Policy policy, UUID report)
      throws SQLException {
    SqlText text =
        SqlText.load("offload_deleted_locally")
            .with("archive", policy.archive())
            .with("key", offload(policy).key());
    Query.of(connection, text).bind(report.toString()).update();
  }

  /** Whether a report of this key is live. */
  public static boolean isLive(Connection connection, Policy policy, UUID report)
      throws SQLException {
    SqlText text =
        SqlText.load("offload_live")
            .with("source", policy.source())
            .with("key", offload(policy).key());
    return Query.of(connection, text).bind(report.toString()).one(row -> row.getBoolean(1));
  }

  /** Whether a report of this key is archived. */
  public static boolean isArchived(Connection connection, Policy policy, UUID report)
      throws SQLException {
    SqlText text =
        SqlText.load("offload_archived")
            .with("archive", policy.archive())
            .with("key", offload(policy).key());
    return Query.of(connection, text).bind(report.toString()).one(row -> row.getBoolean(1));
  }

  /** Whether the object of any report, archived or in the bin, is at this location. */
  public static boolean isReferenced(Connection connection, Policy policy, String location)
      throws SQLException {
    SqlText text = SqlText.load("offload_referenced").with("archive", policy.archive());
    return Query.of(connection, text).bind(location, location).one(row -> row.getBoolean(1));
  }

  /**
   * An archived report and where its object must be.
   *
   * @param month of its time, in UTC: {@code YYYY-MM}
   * @param expired whether the object may be gone, because a purge gave it free
   */
  public record Archived(UUID id, String month, Offloaded object, boolean expired) {}

  /**
   * The next archived reports behind the key, in the order of their keys.
   *
   * @param month only those of this month; null for all
   */
  public static List<Archived> archived(
      Connection connection, Policy policy, UUID after, Month month, int limit)
      throws SQLException {
    SqlText within =
        month == null
            ? SqlText.load("verify_all")
            : SqlText.load("verify_data_of_month").with("time", policy.time());
    SqlText text =
        SqlText.load("offload_objects")
            .with("archive", policy.archive())
            .with("time", policy.time())
            .with("key", offload(policy).key())
            .with("data_within", within);
    Query query = Query.of(connection, text).bind(after.toString());
    if (month != null) {
      query.bind(month.firstDay(), month.firstDay());
    }
    return query.bind(limit).list(OffloadBatch::readArchived);
  }

  /** The report as it is now; empty if the archive has it no more, or its object elsewhere. */
  public static Optional<Archived> archived(
      Connection connection, Policy policy, UUID report, String location) throws SQLException {
    SqlText text =
        SqlText.load("offload_object")
            .with("archive", policy.archive())
            .with("time", policy.time())
            .with("key", offload(policy).key());
    return Query.of(connection, text)
        .bind(report.toString(), location)
        .first(OffloadBatch::readArchived);
  }

  /**
   * Which of these objects no report refers to, archived or in the bin.
   *
   * @param locations a JSON array of URIs
   */
  public static List<String> unreferenced(Connection connection, Policy policy, String locations)
      throws SQLException {
    SqlText text =
        SqlText.load("offload_unreferenced")
            .with("archive", policy.archive())
            .with("key", offload(policy).key());
    return Query.of(connection, text).bind(locations).list(row -> row.getString(1));
  }

  static Treatment.Offload offload(Policy policy) {
    if (policy.treatment() instanceof Treatment.Offload offload) {
      return offload;
    }
    throw new IllegalArgumentException("policy " + policy.name() + " does not offload files");
  }

  private static Report read(ResultSet row) throws SQLException {
    return new Report(
        UUID.fromString(row.getString("key")),
        row.getObject("at", OffsetDateTime.class),
        row.getString("file"),
        row.getString("format"),
        row.getString("version"));
  }

  private static Archived readArchived(ResultSet row) throws SQLException {
    return new Archived(
        UUID.fromString(row.getString("key")),
        row.getString("month"),
        object(row),
        row.getBoolean("expired"));
  }

  private static Leftover readLeftover(ResultSet row) throws SQLException {
    return new Leftover(UUID.fromString(row.getString("key")), row.getString("file"), object(row));
  }

  static Offloaded object(ResultSet row) throws SQLException {
    return new Offloaded(
        row.getString("s3_location"),
        row.getLong("content_bytes"),
        row.getString("content_sha256"),
        row.getLong("object_bytes"),
        row.getString("object_sha256"));
  }
}
