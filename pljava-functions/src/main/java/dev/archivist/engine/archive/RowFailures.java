package dev.archivist.engine.archive;

import java.sql.SQLException;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Which failures of a batch are a single row's, so that the others can go without it. See <a
 * href="https://www.postgresql.org/docs/15/errcodes-appendix.html">PostgreSQL's error codes</a>.
 */
public final class RowFailures {
  private static final Pattern SEVERITY =
      Pattern.compile("^(?:[a-z.]+\\.SQLException: |[A-Z]+: {1,2})");

  /** What PL/Java throws instead of an error that nested SPI met, of a foreign key for instance. */
  private static final String MASKED = "after an elog(ERROR) had been issued";

  private static final Map<String, String> CONDITIONS =
      Map.of(
          "22001", "string data right truncation",
          "22003", "numeric value out of range",
          "22004", "null value not allowed",
          "22007", "invalid datetime format",
          "22008", "datetime field overflow",
          "22012", "division by zero",
          "22023", "invalid parameter value",
          "22P02", "invalid text representation");

  private RowFailures() {}

  /**
   * Whether a row is to blame: a data exception, a constraint that is violated, or a row that is
   * too large for a page, or its key for an index (54000). Where PL/Java hides what it was, it is
   * taken for that: then the job goes on with the other rows.
   */
  public static boolean isOfARow(SQLException failure) {
    String state = failure.getSQLState();
    return isMasked(failure)
        || state != null
            && (state.startsWith("22") || state.startsWith("23") || state.equals("54000"));
  }

  /**
   * Whether a batch that passes such rows by may succeed: they are refused, or locked by others.
   */
  public static boolean mayBePassedBy(SQLException failure) {
    return isOfARow(failure) || "55P03".equals(failure.getSQLState());
  }

  private static boolean isMasked(SQLException failure) {
    return "XX000".equals(failure.getSQLState())
        && failure.getMessage() != null
        && failure.getMessage().endsWith(MASKED);
  }

  /**
   * What people read of a failure. It has no value of a row: what the server says of a constraint
   * is told without its details, and of a value that is wrong (class 22), whose message quotes it,
   * only the condition's name.
   */
  public static String sentence(SQLException failure) {
    String state = failure.getSQLState();
    if (isMasked(failure)) {
      return "a foreign key of the archive refuses it, or a function in a check; PL/Java does not"
          + " say which (SQLSTATE XX000)";
    }
    if (state.startsWith("22")) {
      return CONDITIONS.getOrDefault(state, "a value is not valid") + " (SQLSTATE " + state + ")";
    }
    String message = failure.getMessage() == null ? "" : failure.getMessage();
    String first = message.lines().findFirst().orElse("");
    return SEVERITY.matcher(first).replaceFirst("") + " (SQLSTATE " + state + ")";
  }
}
