package dev.archivist.demo;

import dev.archivist.db.Database;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.QualifiedName;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlFiles;
import dev.archivist.engine.sql.SqlText;
import dev.archivist.failure.ArchiveFailure;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyOutputStream;

/** Fills live tables by COPY. */
public final class LiveTables {
  private static final SqlFiles SQL = new SqlFiles(LiveTables.class, "sql/");
  private static final int BUFFER_BYTES = 1 << 16;

  private final Database database;
  private final String schema;

  /**
   * @param schema the application's, where the live tables are
   */
  public LiveTables(Database database, String schema) {
    this.database = database;
    this.schema = schema;
  }

  /**
   * Loads rows in one transaction: all or none.
   *
   * @throws ArchiveFailure {@code ZA004} if that would run functions that others may replace
   * @param table a table of the application's schema
   * @param columns which columns, in order
   * @param rows is given a sink that takes one row's values at a time; null is NULL
   */
  void load(String table, List<String> columns, Consumer<Consumer<Object[]>> rows) {
    QualifiedName target = QualifiedName.of(schema, table);
    SqlText copy =
        SQL.text("table.copy")
            .with("table", target)
            .with("columns", SqlText.columns("", columns.stream().map(Identifier::new).toList()));
    SqlText vacuum = SQL.text("table.vacuum").with("table", target);
    database.inSession(
        "archivist demo",
        connection -> {
          Query.of(connection, SQL.text("table.lock").with("table", target)).update();
          requireOwnCode(connection, target);
          copy(connection, copy, rows);
          connection.commit();
          connection.setAutoCommit(true);
          return Query.of(connection, vacuum).update();
        });
  }

  private static void requireOwnCode(Connection connection, QualifiedName table)
      throws SQLException {
    Query.of(connection, SQL.text("table.foreign_code"))
        .bind(table.schema().name(), table.table().name())
        .list(
            row -> {
              throw new ArchiveFailure(
                  ArchiveError.POLICY_REFUSED,
                  row.getString("what") + ": " + row.getString("why"),
                  row.getString("hint"));
            });
  }

  private static void copy(Connection connection, SqlText copy, Consumer<Consumer<Object[]>> rows)
      throws SQLException {
    PGConnection driver = connection.unwrap(PGConnection.class);
    try (PGCopyOutputStream out = new PGCopyOutputStream(driver, copy.sql(), BUFFER_BYTES);
        CSVPrinter csv =
            new CSVPrinter(
                new BufferedWriter(
                    new OutputStreamWriter(out, StandardCharsets.UTF_8), BUFFER_BYTES),
                CSVFormat.POSTGRESQL_CSV)) {
      rows.accept(values -> print(csv, values));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void print(CSVPrinter csv, Object[] values) {
    try {
      csv.printRecord(values);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
