package dev.archivist.run;

import dev.archivist.engine.error.ArchiveError;
import java.util.List;

/**
 * Reports that could not be archived or restored: which failures end with them, and what is said.
 */
final class FailedReports {
  private static final int SHOWN = 20;

  private FailedReports() {}

  /** Whether only this report stays where it is; the others are still tried. */
  static boolean isAboutOneReport(ArchiveError error) {
    return switch (error) {
      case REPORT_MISSING,
          REPORT_EMPTY,
          REPORT_UNREADABLE,
          REPORT_OVERSIZED,
          REPORT_OUTSIDE_ROOT,
          REPORT_CHANGED,
          REPORT_REFUSED,
          RESTORE_CONFLICT,
          OBJECT_CONFLICT,
          OBJECT_MISSING,
          OBJECT_CORRUPT,
          OBJECT_FROZEN,
          OBJECT_OF_ANOTHER,
          // another session holds a lock on the row for longer than we wait
          DATABASE_BUSY ->
          true;
      default -> false;
    };
  }

  static String summary(List<String> problems) {
    String shown = String.join("; ", problems.subList(0, Math.min(SHOWN, problems.size())));
    String rest = problems.size() > SHOWN ? "; and " + (problems.size() - SHOWN) + " more" : "";
    return problems.size()
        + (problems.size() == 1 ? " report stays: " : " reports stay: ")
        + shown
        + rest;
  }
}
