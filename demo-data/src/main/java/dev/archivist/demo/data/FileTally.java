package dev.archivist.demo.data;

import dev.archivist.demo.FileSummary;
import dev.archivist.demo.FileSummary.LineCounts;
import dev.archivist.demo.FileSummary.Problem;
import dev.archivist.demo.RowKind;
import java.util.ArrayList;
import java.util.List;

/** Counts what becomes of the lines of one file while it is read. */
final class FileTally {
  /** How many reasons are kept; the others are only counted. */
  static final int PROBLEMS_KEPT = 5;

  private long lines;
  private long rows;
  private long continuations;
  private long headers;
  private long blanks;
  private long unreadable;
  private long repaired;
  private final List<Problem> problems = new ArrayList<>();

  void line(boolean wasRepaired) {
    lines++;
    if (wasRepaired) {
      repaired++;
    }
  }

  void row() {
    rows++;
  }

  void continuations(long count) {
    continuations += count;
  }

  void header() {
    headers++;
  }

  void blanks(long count) {
    blanks += count;
  }

  /** Counts lines that could not be read for one reason, and remembers the first of them. */
  void unreadable(long firstLine, long count, String reason) {
    unreadable += count;
    if (problems.size() < PROBLEMS_KEPT) {
      problems.add(new Problem(firstLine, reason));
    }
  }

  /** Counts the file as a whole (or its unread rest) as one line that could not be read. */
  void unreadableFile(String reason) {
    lines++;
    unreadable(0, 1, reason);
  }

  long rows() {
    return rows;
  }

  FileSummary summary(RowKind kind, String file, String format, long shiftedDays) {
    LineCounts counts =
        new LineCounts(lines, rows, continuations, headers, blanks, unreadable, repaired);
    return new FileSummary(kind, file, format, shiftedDays, counts, problems);
  }
}
