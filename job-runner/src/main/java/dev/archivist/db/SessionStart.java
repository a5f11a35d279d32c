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
 */
public record SessionStart(Host host, Duration apart) {
  private record Answer(String language, Instant clock) {}

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
                        row.getObject("clock", OffsetDateTime.class).toInstant()));
    return new SessionStart(
        "java".equals(answer.language()) ? Host.IN_DATABASE : Host.RUNNER,
        apart(before, answer.clock(), ours.instant()));
  }

  private static Duration apart(Instant before, Instant theirs, Instant after) {
    if (theirs.isBefore(before)) {
      return Duration.between(theirs, before);
    }
    return theirs.isAfter(after) ? Duration.between(after, theirs) : Duration.ZERO;
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
