package dev.archivist.db;

import dev.archivist.document.JobMark;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * What this database knows of a job that used the object store.
 *
 * @param known whether it has the job, or its entry in the audit trail
 * @param sameTimeline whether the database has neither been recovered from a backup nor promoted
 *     since
 */
public record JobHistory(boolean known, boolean sameTimeline) {

  /** Asks the database. */
  public static JobHistory of(Database database, JobMark mark) {
    return database.looking(connection -> of(connection, mark));
  }

  private static JobHistory of(Connection connection, JobMark mark) throws SQLException {
    boolean sameTimeline = timeline(connection).equals(mark.timeline());
    return Statements.query(connection, "session.job_seen")
        .bind(mark.policy(), mark.job().toString())
        .one(row -> new JobHistory(row.getBoolean("known"), sameTimeline));
  }

  /** The timeline that the database writes, as eight hexadecimal digits. */
  public static String timeline(Database database) {
    return database.looking(JobHistory::timeline);
  }

  private static String timeline(Connection connection) throws SQLException {
    return Statements.query(connection, "session.timeline").one(row -> row.getString(1));
  }

  /**
   * Whether this is surely the database that the job worked for, and has all that it did. Of a
   * promoted standby or a recovered backup nobody can tell whether the first one lives on beside
   * it.
   */
  public boolean isComplete() {
    return known && sameTimeline;
  }
}
