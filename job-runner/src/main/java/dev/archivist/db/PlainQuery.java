package dev.archivist.db;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.NativeQuery;
import org.postgresql.core.Parser;
import org.postgresql.core.SqlCommandType;
import org.postgresql.core.TransactionState;

/** Runs SQL of the user as the user, with the user's own session settings. */
public final class PlainQuery {
  private static final int ROWS_AT_A_TIME = 1000;

  /** Gets what statements return, in order. */
  public interface Output {
    /** A result begins. */
    void columns(List<String> names);

    /** One row; a null is SQL's NULL. */
    void row(List<String> values);

    /** A result ends, or a statement without one has run ({@code rows} then is its count). */
    void end(long rows, boolean hadColumns);
  }

  private final Connection connection;
  private final Output output;

  private PlainQuery(Connection connection, Output output) {
    this.connection = connection;
    this.output = output;
  }

  /**
   * Runs every statement of the text, each in its own transaction unless the text says else, and
   * stops at the first that fails. Rows are not held in memory, except within transactions that the
   * text itself begins.
   */
  public static void run(Database database, String sql, Output output) {
    SqlCall.run(
        () -> {
          try (Connection connection = database.plain()) {
            PlainQuery query = new PlainQuery(connection, output);
            for (NativeQuery each : statements(connection, sql)) {
              query.runOrExplain(each);
            }
          }
        });
  }

  /** Sent together they would be one transaction, in which VACUUM and CALL are refused. */
  private static List<NativeQuery> statements(Connection connection, String sql)
      throws SQLException {
    boolean standardStrings =
        connection.unwrap(BaseConnection.class).getStandardConformingStrings();
    return Parser.parseJdbcSql(sql, standardStrings, false, true, false, false);
  }

  private void runOrExplain(NativeQuery query) {
    try {
      run(query);
    } catch (SQLException e) {
      throw DatabaseFailure.ofUsersStatement(e);
    }
  }

  private void run(NativeQuery query) throws SQLException {
    SqlCommandType type = query.getCommand().getType();
    boolean readsOnly = type == SqlCommandType.SELECT || type == SqlCommandType.WITH;
    // The driver hands rows over bit by bit only within a transaction.
    if (readsOnly && transaction() == TransactionState.IDLE) {
      connection.setAutoCommit(false);
      execute(query.nativeSql);
      connection.setAutoCommit(true);
    } else {
      execute(query.nativeSql);
    }
  }

  private TransactionState transaction() throws SQLException {
    return connection.unwrap(BaseConnection.class).getTransactionState();
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.setFetchSize(ROWS_AT_A_TIME);
      boolean result = statement.execute(sql);
      while (result || statement.getUpdateCount() >= 0) {
        if (result) {
          print(statement.getResultSet());
        } else {
          output.end(statement.getUpdateCount(), false);
        }
        result = statement.getMoreResults();
      }
    }
  }

  private void print(ResultSet rows) throws SQLException {
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
