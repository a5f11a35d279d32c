package dev.archivist.db;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.function.Consumer;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyOutputStream;

/** Fills live tables by COPY, for the demo. */
public final class LiveTables {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Database database;

  public LiveTables(Database database) {
    this.database = database;
  }

  /**
   * Loads rows in one transaction: all or none.
   *
   * @param table a table of the application's schema
   * @param columns which columns, in order
   * @param rows is given a sink that takes one row's values at a time; null is NULL
   */
  public void load(String table, List<String> columns, Consumer<Consumer<Object[]>> rows) {
    String target = quoted(database.settings().appSchema(), table);
    String names = String.join(", ", columns.stream().map(LiveTables::quoted).toList());
    String copy = "COPY " + target + " (" + names + ") FROM STDIN WITH (FORMAT csv)";
    SqlCall.run(
        () -> {
          try (Connection connection = database.dedicated("archivist demo")) {
            PGConnection driver = connection.unwrap(PGConnection.class);
            try (PGCopyOutputStream out = new PGCopyOutputStream(driver, copy, BUFFER_BYTES);
                CSVPrinter csv =
                    new CSVPrinter(
                        new BufferedWriter(
                            new OutputStreamWriter(out, StandardCharsets.UTF_8), BUFFER_BYTES),
                        CSVFormat.POSTGRESQL_CSV)) {
              rows.accept(values -> print(csv, values));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
            connection.commit();
            connection.setAutoCommit(true);
            try (Statement statement = connection.createStatement()) {
              statement.execute("VACUUM (ANALYZE) " + target);
            }
          }
        });
  }

  /** Deletes every row of tables of the application's schema. */
  public void truncate(List<String> tables) {
    String targets =
        String.join(
            ", ",
            tables.stream().map(table -> quoted(database.settings().appSchema(), table)).toList());
    SqlCall.run(
        () -> {
          try (Connection connection = database.dedicated("archivist demo");
              Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE " + targets);
            connection.commit();
          }
        });
  }

  private static String quoted(String... name) {
    return DSL.using(SQLDialect.POSTGRES).render(DSL.quotedName(name));
  }

  private static void print(CSVPrinter csv, Object[] values) {
    try {
      csv.printRecord(values);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
