package dev.archivist.demo;

import java.util.List;

/**
 * What became of one input file.
 *
 * @param kind the rows that it gives
 * @param file its path below the data directory, with {@code /} between names
 * @param format what it was read as, for people, e.g. {@code PostgreSQL csvlog}
 * @param shiftedDays whole days by which its stamps were moved; negative is into the past
 * @param counts what each line was taken for
 * @param problems the first few lines that could not be read, and why
 */
public record FileSummary(
    RowKind kind,
    String file,
    String format,
    long shiftedDays,
    LineCounts counts,
    List<Problem> problems) {
  public FileSummary {
    problems = List.copyOf(problems);
  }

  /**
   * How many lines of a file were what. Each line is counted once, so that {@code rows +
   * continuations + headers + blanks + unreadable = lines}; {@code repaired} counts again those
   * whose text had to be repaired. A report counts as one line, whatever is in it.
   *
   * @param lines lines of the file; CR, LF and CRLF end a line
   * @param rows lines that begin an entry, each of which became a row
   * @param continuations further lines of an entry
   * @param headers column headings
   * @param blanks lines of nothing but white space between entries
   * @param unreadable lines that gave no row
   * @param repaired lines with invalid UTF-8 (replaced) or U+0000 (removed)
   */
  public record LineCounts(
      long lines,
      long rows,
      long continuations,
      long headers,
      long blanks,
      long unreadable,
      long repaired) {

    /** Whether no line was lost on the way. */
    public boolean complete() {
      return rows + continuations + headers + blanks + unreadable == lines;
    }
  }

  /**
   * A line that could not be read.
   *
   * @param line its number, from 1; 0 stands for the file as a whole
   * @param reason why, in lower case without a full stop
   */
  public record Problem(long line, String reason) {}
}
