package dev.archivist.engine.archive;

import java.sql.SQLException;
import java.util.regex.Pattern;

/**
 * Which failures of a batch are a single row's, so that the others can go without it. See <a
 * href="https://www.postgresql.org/docs/15/errcodes-appendix.html">PostgreSQL's error codes</a>.
 */
public final class RowFailures {
  private static final Pattern SEVERITY =
      Pattern.compile("^(?:[a-z.]+\\.SQLException: |[A-Z]+: {1,2})");

  private RowFailures() {}

  /** Whether a value is to blame: a data exception, or a constraint that is violated. */
  public static boolean isOfARow(String sqlState) {
    return sqlState != null && (sqlState.startsWith("22") || sqlState.startsWith("23"));
  }

  /**
   * Whether a batch that passes such rows by may succeed: they are refused, or locked by others.
   */
  public static boolean mayBePassedBy(String sqlState) {
    return isOfARow(sqlState) || "55P03".equals(sqlState);
  }

  /** What the server said, without its details, which hold the row's values. */
  static String sentence(SQLException failure) {
    String message = failure.getMessage() == null ? "" : failure.getMessage();
    String first = message.lines().findFirst().orElse("");
    return SEVERITY.matcher(first).replaceFirst("") + " (SQLSTATE " + failure.getSQLState() + ")";
  }
}
