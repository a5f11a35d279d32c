package dev.archivist.db;

import dev.archivist.document.Json;
import dev.archivist.engine.report.ReportObjects;
import dev.archivist.engine.report.ReportRows;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Objects that no report may refer to any more, for a job of their policy. */
public record ObjectSession(PolicySession session) {

  /**
   * Objects that no report may need any more.
   *
   * @param all also those whose time in the bin is not over
   */
  public List<ReportObjects.Stray> stray(boolean all) {
    return session.transaction(
        connection -> ReportObjects.stray(connection, session.policy(), all));
  }

  /** The object, if it is one of them, and its time in the bin over. */
  public Optional<ReportObjects.Stray> strayAndDue(String location) {
    return session.transaction(
        connection -> ReportObjects.strayAndDue(connection, session.policy(), location));
  }

  /** Notes that a stray object is gone, or is none. */
  public void forget(String location) {
    session.transaction(
        connection -> {
          ReportObjects.forgetStray(connection, location);
          return null;
        });
  }

  /** Which of these objects a report of any policy needs, archived or in the bin. */
  public Answers<ReportObjects.Need> needed(List<String> locations) {
    String given = Json.line(locations);
    return new FilePolicies(session)
        .ask((connection, policy) -> ReportObjects.needed(connection, policy, given));
  }

  /** Live reports of any policy whose files have these names. */
  public Answers<ReportRows.Named> liveFilesNamed(List<String> fileNames) {
    String given = Json.line(fileNames);
    return new FilePolicies(session)
        .ask((connection, policy) -> ReportRows.liveFilesNamed(connection, policy, given));
  }

  /** The live reports of any policy that have these keys. */
  public Answers<ReportRows.Live> live(List<UUID> keys) {
    String given = Json.line(keys);
    return new FilePolicies(session)
        .ask((connection, policy) -> ReportRows.liveWithKeys(connection, policy, given));
  }
}
