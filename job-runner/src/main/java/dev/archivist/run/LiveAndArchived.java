package dev.archivist.run;

import dev.archivist.db.RunSession;
import dev.archivist.engine.report.ReportRows;
import java.util.List;
import java.util.UUID;

/** What the database says of reports, as of the session that holds the policy. */
interface LiveAndArchived {
  /** Whether the report is archived, its object at this location, and not live again. */
  boolean isArchivedAt(UUID report, String location);

  /** Paths of live reports whose file has this name. */
  List<String> liveFilesNamed(String fileName);

  /** The next live reports after the key. */
  List<ReportRows.Live> live(UUID after);

  /** Notes that a report's local file is gone. */
  void deletedLocally(UUID report);

  /** As a job's session has them. */
  static LiveAndArchived of(RunSession session) {
    return new LiveAndArchived() {
      @Override
      public boolean isArchivedAt(UUID report, String location) {
        return session.isArchivedAt(report, location);
      }

      @Override
      public List<String> liveFilesNamed(String fileName) {
        return session.liveFilesNamed(fileName);
      }

      @Override
      public List<ReportRows.Live> live(UUID after) {
        return session.live(after);
      }

      @Override
      public void deletedLocally(UUID report) {
        session.deletedLocally(report);
      }
    };
  }
}
