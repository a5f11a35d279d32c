package dev.archivist.engine.report;

import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.hold.Holds;
import dev.archivist.engine.policy.FileColumns;
import dev.archivist.engine.policy.Policy;
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
 * What the database knows of report files: which are old enough, which are archived, and who refers
 * to them.
 */
public final class ReportRows {
  private ReportRows() {}

  /** How far a scan of the old reports has come: after this time and key. */
  public record Position(OffsetDateTime time, UUID key) {
    /** Before the first report. */
    public static final Position START = new Position(Month.EARLIEST, new UUID(0, 0));
  }

  /** The next reports older than the cutoff, oldest first, at most {@code batch_rows}. */
  public static List<Report> candidates(
      Connection connection, Policy policy, OffsetDateTime cutoff, Position after)
      throws SQLException {
    Holds holds = Holds.now(connection, policy);
    FileColumns offload = files(policy);
    SqlText text =
        SqlText.load("report.candidates")
            .with("source", policy.source())
            .with("time", policy.time())
            .with("key", offload.key())
            .with("file", offload.file())
            .with("format", offload.format())
            .with("held", holds.condition("old"));
    return Query.of(connection, text)
        .bind(cutoff, after.time(), after.key().toString(), policy.batchRows())
        .list(ReportRows::read);
  }

  /** A report whose row is archived but whose local file may still be there. */
  public record Leftover(UUID id, String file, StoredReport object) {}

  /** Archived reports whose local file was not deleted yet. */
  public static List<Leftover> leftovers(Connection connection, Policy policy) throws SQLException {
    FileColumns offload = files(policy);
    SqlText text =
        SqlText.load("report.leftovers")
            .with("archive", policy.archive())
            .with("key", offload.key())
            .with("file", offload.file());
    return Query.of(connection, text).list(ReportRows::readLeftover);
  }

  /** A live report and the path of its file; null if it names none. */
  public record Live(UUID id, String file) {}

  /**
   * The next live reports after the key, in the order of their keys.
   *
   * @return at most 10 000; none after the last
   */
  public static List<Live> live(Connection connection, Policy policy, UUID after)
      throws SQLException {
    FileColumns offload = files(policy);
    SqlText text =
        SqlText.load("report.live_files")
            .with("source", policy.source())
            .with("key", offload.key())
            .with("file", offload.file());
    return Query.of(connection, text).bind(after.toString()).list(ReportRows::readLive);
  }

  /**
   * A live report whose path ends in a file name that was asked for.
   *
   * @param name as it was asked for
   */
  public record Named(String name, UUID id, String file) {}

  /**
   * Live reports whose paths end in one of these file names: they may be the same files.
   *
   * @param fileNames a JSON array of names
   */
  public static List<Named> liveFilesNamed(Connection connection, Policy policy, String fileNames)
      throws SQLException {
    SqlText text =
        SqlText.load("report.same_files")
            .with("source", policy.source())
            .with("key", files(policy).key())
            .with("file", files(policy).file());
    return Query.of(connection, text)
        .bind(fileNames)
        .list(
            row ->
                new Named(
                    row.getString("name"),
                    UUID.fromString(row.getString("key")),
                    row.getString("file")));
  }

  /**
   * The live reports of these keys.
   *
   * @param keys a JSON array of them
   */
  public static List<Live> liveWithKeys(Connection connection, Policy policy, String keys)
      throws SQLException {
    SqlText text =
        SqlText.load("report.live_with_keys")
            .with("source", policy.source())
            .with("key", files(policy).key())
            .with("file", files(policy).file());
    return Query.of(connection, text).bind(keys).list(ReportRows::readLive);
  }

  private static Live readLive(ResultSet row) throws SQLException {
    return new Live(UUID.fromString(row.getString("key")), row.getString("file"));
  }

  /** Notes that the local file is gone. */
  public static void deletedLocally(Connection connection, Policy policy, UUID report)
      throws SQLException {
    SqlText text =
        SqlText.load("report.deleted_locally")
            .with("archive", policy.archive())
            .with("key", files(policy).key());
    Query.of(connection, text).bind(report.toString()).update();
  }

  /** Whether a report of this key is archived. */
  public static boolean isArchived(Connection connection, Policy policy, UUID report)
      throws SQLException {
    SqlText text =
        SqlText.load("report.archived")
            .with("archive", policy.archive())
            .with("key", files(policy).key());
    return Query.of(connection, text).bind(report.toString()).one(row -> row.getBoolean(1));
  }

  /** Whether the report is archived, its object at this location, and not live again. */
  public static boolean isArchivedAt(
      Connection connection, Policy policy, UUID report, String location) throws SQLException {
    SqlText text =
        SqlText.load("report.archived_at")
            .with("archive", policy.archive())
            .with("source", policy.source())
            .with("key", files(policy).key());
    return Query.of(connection, text)
        .bind(report.toString(), location, report.toString())
        .one(row -> row.getBoolean(1));
  }

  /**
   * An archived report and where its object must be.
   *
   * @param createdAt its time
   * @param file the path of its file; null if it names none
   * @param month of its time, in UTC: {@code YYYY-MM}
   * @param expires whether a purge has released its object
   * @param expired whether the object may be gone, because that was long enough ago
   * @param asNoted whether that is what a purge has noted; of a report in the bin, also whether its
   *     object's entry is there
   */
  public record Archived(
      UUID id,
      OffsetDateTime createdAt,
      String file,
      String month,
      StoredReport object,
      boolean expires,
      boolean expired,
      boolean asNoted) {}

  /**
   * The next archived reports after the key, in the order of their keys.
   *
   * @param month only those of this month; null for all
   */
  public static List<Archived> archived(
      Connection connection, Policy policy, UUID after, Month month, int limit)
      throws SQLException {
    SqlText within =
        month == null
            ? SqlText.load("verify.all")
            : SqlText.load("verify.data_of_month").with("time", policy.time());
    SqlText text =
        SqlText.load("report.objects")
            .with("archive", policy.archive())
            .with("time", policy.time())
            .with("key", files(policy).key())
            .with("file", files(policy).file())
            .with("data_within", within);
    Query query = Query.of(connection, text).bind(policy.name(), after.toString());
    if (month != null) {
      query.bind(month.firstDay(), month.firstDay());
    }
    return query.bind(limit).list(ReportRows::readArchived);
  }

  /** The report as it is now; empty if it is no longer archived, or its object is elsewhere. */
  public static Optional<Archived> archived(
      Connection connection, Policy policy, UUID report, String location) throws SQLException {
    SqlText text =
        SqlText.load("report.object")
            .with("archive", policy.archive())
            .with("time", policy.time())
            .with("key", files(policy).key())
            .with("file", files(policy).file());
    return Query.of(connection, text)
        .bind(policy.name(), report.toString(), location)
        .first(ReportRows::readArchived);
  }

  /**
   * Which of these objects no report refers to, archived or in the bin.
   *
   * @param locations a JSON array of URIs
   */
  public static List<String> unreferenced(Connection connection, Policy policy, String locations)
      throws SQLException {
    SqlText text =
        SqlText.load("report.unreferenced")
            .with("archive", policy.archive())
            .with("key", files(policy).key());
    return Query.of(connection, text).bind(locations).list(row -> row.getString(1));
  }

  /** How the policy's rows say which file they are about. */
  public static FileColumns files(Policy policy) {
    return policy
        .kind()
        .files()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "policy " + policy.name() + " does not offload files"));
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
        row.getObject("at", OffsetDateTime.class),
        row.getString("file"),
        row.getString("month"),
        object(row),
        row.getBoolean("expires"),
        row.getBoolean("expired"),
        row.getBoolean("as_noted"));
  }

  private static Leftover readLeftover(ResultSet row) throws SQLException {
    return new Leftover(UUID.fromString(row.getString("key")), row.getString("file"), object(row));
  }

  /** Reads the columns that say where a report's file is. */
  public static StoredReport object(ResultSet row) throws SQLException {
    return new StoredReport(
        row.getString("s3_location"),
        row.getLong("content_bytes"),
        row.getString("content_sha256"),
        row.getLong("object_bytes"),
        row.getString("object_sha256"),
        row.getString("file_rights"));
  }
}
