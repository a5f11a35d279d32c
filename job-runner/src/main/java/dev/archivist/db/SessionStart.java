package dev.archivist.db;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.job.Host;
import dev.archivist.failure.ArchiveFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * What a session says about itself before its work.
 *
 * @param host where the engine of this database runs
 * @param apart how far the database's clock is from this machine's, less what the answer took. Rows
 *     age, and objects expire, by the database's; if the two are far apart, at least one is wrong,
 *     and what is deleted too early does not come back
 * @param fit whether the schema is the one that this program makes
 * @param isStandby whether the server is one
 * @param isReadOnly whether its transactions are, unless they say otherwise
 * @param isAsAsked whether it has the settings that it was opened with; a pooler may keep them from
 *     the server, and lend the session to others
 */
public record SessionStart(
    Host host,
    Duration apart,
    SchemaFit fit,
    boolean isStandby,
    boolean isReadOnly,
    boolean isAsAsked) {
  private record Answer(
      String language,
      Instant clock,
      String comment,
      boolean isStandby,
      boolean isReadOnly,
      boolean isAsAsked) {}

  /**
   * Asks the session.
   *
   * @param ours this machine's clock
   */
  public static SessionStart of(Connection connection, Clock ours) throws SQLException {
    Instant before = ours.instant();
    Answer answer =
        Statements.query(connection, "session.start")
            .one(
                row ->
                    new Answer(
                        row.getString("language"),
                        row.getObject("clock", OffsetDateTime.class).toInstant(),
                        row.getString("schema_comment"),
                        row.getBoolean("is_standby"),
                        row.getBoolean("is_read_only"),
                        row.getBoolean("is_as_asked")));
    return new SessionStart(
        "java".equals(answer.language()) ? Host.IN_DATABASE : Host.RUNNER,
        apart(before, answer.clock(), ours.instant()),
        SchemaFit.of(answer.comment()),
        answer.isStandby(),
        answer.isReadOnly(),
        answer.isAsAsked());
  }

  private static Duration apart(Instant before, Instant theirs, Instant after) {
    if (theirs.isBefore(before)) {
      return Duration.between(theirs, before);
    }
    return theirs.isAfter(after) ? Duration.between(after, theirs) : Duration.ZERO;
  }

  /**
   * Lets only go on who may write, in a session that is nobody else's.
   *
   * @throws ArchiveFailure {@code ZA049} if the database takes no writes, {@code ZA014} if a pooler
   *     lends its sessions
   */
  public void requireWritable() {
    if (isStandby) {
      throw new ArchiveFailure(
          ArchiveError.DATABASE_READ_ONLY,
          "the database is a standby, which takes no writes",
          "Name the primary in DATABASE_URL; where it names several hosts, add"
              + " target_session_attrs=read-write.");
    }
    if (isReadOnly) {
      throw new ArchiveFailure(
          ArchiveError.DATABASE_READ_ONLY,
          "the database is read-only for this role: default_transaction_read_only is on",
          "Look for it with \\drds in psql, or in postgresql.conf; RESET it, or name another role.");
    }
    if (!isAsAsked) {
      throw new ArchiveFailure(
          ArchiveError.CONFIGURATION_INVALID,
          "the session does not have the settings that it was opened with: a pooler lends it",
          DatabaseFailure.NO_POOLER);
    }
  }

  /** Whether the clocks are no further apart than this. */
  boolean isSameClock(Duration tolerance) {
    return apart.compareTo(tolerance) <= 0;
  }

  /**
   * Lets only go on whose clock is the database's, more or less.
   *
   * @throws ArchiveFailure {@code ZA046} if they are further apart than {@code tolerance}
   */
  void requireSameClock(Duration tolerance) {
    if (!isSameClock(tolerance)) {
      throw new ArchiveFailure(
          ArchiveError.CLOCKS_DIFFER,
          "the database's clock and this machine's are %d s apart, more than %d s"
              .formatted(apart.toSeconds(), tolerance.toSeconds()),
          "Nothing was touched. Set the one that is wrong, and run NTP on both;"
              + " ARCHIVE_CLOCK_TOLERANCE_SECONDS says how much is allowed.");
    }
  }
}
