package dev.archivist.run;

import dev.archivist.db.Answers;
import dev.archivist.db.RunSession;
import dev.archivist.engine.report.ReportRows;
import java.util.List;
import java.util.UUID;

/** What the database says of reports, as of the session that holds the policy. */
interface LiveAndArchived {
  /** The name of the session's policy. */
  String policy();

  /** Whether the report is archived, its object at this location, and not live again. */
  boolean isArchivedAt(UUID report, String location);

  /** Live reports of any policy whose file has this name. */
  Answers<ReportRows.Named> liveFilesNamed(String fileName);

  /** The next live reports after the key. */
  List<ReportRows.Live> live(UUID after);

  /** The other policies that have files. */
  List<String> others();

  /** The next live reports of one of them. */
  Answers<ReportRows.Live> live(String other, UUID after);

  /** Notes that a report's local file is gone. */
  void deletedLocally(UUID report);

  /** As a job's session has them. */
  static LiveAndArchived of(RunSession session) {
    return new LiveAndArchived() {
      @Override
      public String policy() {
        return session.session().policy().name();
      }

      @Override
      public boolean isArchivedAt(UUID report, String location) {
        return session.isArchivedAt(report, location);
      }

      @Override
      public Answers<ReportRows.Named> liveFilesNamed(String fileName) {
        return session.liveFilesNamed(fileName);
      }

      @Override
      public List<ReportRows.Live> live(UUID after) {
        return session.live(after);
      }

      @Override
      public List<String> others() {
        return session.othersWithFiles();
      }

      @Override
      public Answers<ReportRows.Live> live(String other, UUID after) {
        return session.live(other, after);
      }

      @Override
      public void deletedLocally(UUID report) {
        session.deletedLocally(report);
      }
    };
  }
}
