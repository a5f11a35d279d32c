package dev.archivist.db;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Runs SQL of the user as the user, with the user's own session settings. */
public final class PlainQuery {
  /** Gets what statements return, in order. */
  public interface Output {
    /** A result begins. */
    void columns(List<String> names);

    /** One row; a null is SQL's NULL. */
    void row(List<String> values);

    /** A result ends, or a statement without one has run ({@code rows} then is its count). */
    void end(long rows, boolean hadColumns);
  }

  private PlainQuery() {}

  /** Runs every statement of the text, each in its own transaction unless the text says else. */
  public static void run(Database database, String sql, Output output) {
    SqlCall.run(
        () -> {
          try (Connection connection = database.plain();
              Statement statement = connection.createStatement()) {
            boolean result = statement.execute(sql);
            while (result || statement.getUpdateCount() >= 0) {
              if (result) {
                print(statement.getResultSet(), output);
              } else {
                output.end(statement.getUpdateCount(), false);
              }
              result = statement.getMoreResults();
            }
          }
        });
  }

  private static void print(ResultSet rows, Output output) throws SQLException {
    ResultSetMetaData columns = rows.getMetaData();
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      names.add(columns.getColumnLabel(i));
    }
    output.columns(names);
    long count = 0;
    while (rows.next()) {
      List<String> values = new ArrayList<>();
      for (int i = 1; i <= names.size(); i++) {
        values.add(rows.getString(i));
      }
      output.row(values);
      count++;
    }
    output.end(count, true);
  }
}
