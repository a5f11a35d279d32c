package dev.archivist.contract;

import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.digest.Digest;
import dev.archivist.engine.digest.OutputSettings;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.QualifiedName;
import dev.archivist.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The digest of rows that nobody has moved, by the engine's own expressions. */
final class LiveDigest {
  private LiveDigest() {}

  /** Number of rows and both sums of a table of schema public. */
  static List<String> of(TestDatabase db, String table) throws SQLException {
    return select(db, table, "SELECT count(*), sum({a}), sum({b}) FROM {table}").get(0);
  }

  /**
   * Runs a query with the hashes of a row in it.
   *
   * @param sql names the hashes {@code {a}} and {@code {b}}, and the table {@code {table}}
   * @param notContent columns that the hashes do not cover
   */
  static List<List<String>> select(TestDatabase db, String table, String sql, String... notContent)
      throws SQLException {
    try (Connection connection = db.connect()) {
      connection.setAutoCommit(false);
      OutputSettings.fix(connection);
      Columns content =
          Columns.of(connection, QualifiedName.of("public", table))
              .without(Stream.of(notContent).map(Identifier::new).toList());
      try (Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery(
                  sql.replace("{table}", "public." + table + " AS t")
                      .replace("{a}", Digest.first("t", content).sql())
                      .replace("{b}", Digest.second("t", content).sql()))) {
        List<List<String>> result = new ArrayList<>();
        while (rows.next()) {
          List<String> row = new ArrayList<>();
          for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
            row.add(rows.getString(i));
          }
          result.add(row);
        }
        return result;
      }
    }
  }
}
