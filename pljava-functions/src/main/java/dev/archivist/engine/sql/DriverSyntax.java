package dev.archivist.engine.sql;

import java.sql.Connection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the two drivers make of SQL that they did not expect: pgjdbc takes every {@code ?} outside
 * quotes for a parameter, unless it is doubled; PL/Java too, and knows neither that nor comments,
 * and takes a backslash in quotes for an escape. So expressions of the catalogue are written as
 * pgjdbc wants them, without backslashes in names, and what PL/Java shall not take for a parameter
 * stands, for PL/Java alone, between quotes that are comments to PostgreSQL.
 *
 * @see <a href="https://jdbc.postgresql.org/documentation/query/">pgjdbc, "Using the Statement or
 *     PreparedStatement Interface"</a>
 */
final class DriverSyntax {
  private static final String OPERATOR = "[-+*/<>=~!@#%^&|`?]";

  private static final String LITERAL = "\\b[eE]'(?:[^'\\\\]++|''|\\\\.)*+'|'[^']*+(?:''[^']*+)*+'";
  private static final String NAME = "\"[^\"]*+(?:\"\"[^\"]*+)*+\"";

  private static final Pattern OF_CATALOGUE =
      Pattern.compile("(?s)" + LITERAL + "|(?<name>" + NAME + ")|(?<mark>\\?)");

  private static final Pattern WITH_OPERATORS =
      Pattern.compile(
          "(?s)" + LITERAL + "|" + NAME + "|(?<operator>" + OPERATOR + "*\\?\\?" + OPERATOR + "*)");

  private DriverSyntax() {}

  /**
   * An expression as the catalogue writes it, for a statement with parameters.
   *
   * @param sql with strings as the server quotes them, {@code E'…'} where there is a backslash, and
   *     without comments
   */
  static String expression(String sql) {
    return OF_CATALOGUE
        .matcher(sql)
        .replaceAll(
            found -> {
              String text = found.group();
              if (text.equals("?")) {
                return "??";
              }
              return Matcher.quoteReplacement(text.startsWith("\"") ? name(text) : text);
            });
  }

  /**
   * A quoted name without backslashes.
   *
   * @see <a
   *     href="https://www.postgresql.org/docs/15/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS">Identifiers
   *     with Unicode escapes</a>
   */
  static String name(String quoted) {
    return quoted.indexOf('\\') < 0
        ? quoted
        : "U&" + quoted.replace("!", "!!").replace("\\", "!005C") + " UESCAPE '!'";
  }

  /** The statement as the connection's driver reads it. */
  static String of(Connection connection, String sql) {
    return sql.contains("??") && isPlJava(connection) ? forPlJava(sql) : sql;
  }

  private static boolean isPlJava(Connection connection) {
    return connection.getClass().getName().startsWith("org.postgresql.pljava.");
  }

  static String forPlJava(String sql) {
    return WITH_OPERATORS
        .matcher(sql)
        .replaceAll(
            found -> {
              String text = found.group();
              boolean isOperator = text.matches(OPERATOR + "+");
              return Matcher.quoteReplacement(
                  isOperator ? "/*'*/" + text.replace("??", "?") + "/*'*/" : text);
            });
  }
}
