package dev.archivist.db;

import dev.archivist.engine.report.ReportObjects;
import dev.archivist.engine.report.ReportRows;
import java.util.List;

/** Objects that no report may refer to any more, for a job of their policy. */
public record ObjectSession(PolicySession session) {

  /**
   * Locations of objects that no report may refer to any more.
   *
   * @param all also those whose time in the bin is not over
   */
  public List<String> stray(boolean all) {
    return session.transaction(
        connection -> ReportObjects.stray(connection, session.policy(), all));
  }

  /** Whether the object is one of them, and its time in the bin over. */
  public boolean isStrayAndDue(String location) {
    return session.transaction(connection -> ReportObjects.isStrayAndDue(connection, location));
  }

  /** Notes that a stray object is gone, or is none. */
  public void forget(String location) {
    session.transaction(
        connection -> {
          ReportObjects.forgetStray(connection, location);
          return null;
        });
  }

  /** Whether a report, archived or in the bin, has its object at this location. */
  public boolean isReferenced(String location) {
    return session.trusted(
        connection -> ReportRows.isReferenced(connection, session.policy(), location));
  }
}
