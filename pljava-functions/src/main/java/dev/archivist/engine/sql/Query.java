package dev.archivist.engine.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One statement with its bound values. It works the same over pgjdbc and over PL/Java's {@code
 * jdbc:default:connection}, which knows neither array parameters nor generated keys, and runs a
 * function of a SELECT list only when its rows are fetched.
 */
public final class Query {
  private final Connection connection;
  private final String sql;
  private final List<Object> values = new ArrayList<>();

  private Query(Connection connection, String sql) {
    this.connection = connection;
    this.sql = sql;
  }

  /** The statement {@code noun.name} of the engine's jar; see {@link SqlText#load}. */
  public static Query named(Connection connection, String name) {
    return new Query(connection, SqlText.load(name).sql());
  }

  public static Query of(Connection connection, SqlText text) {
    return new Query(connection, text.sql());
  }

  /**
   * Binds the next parameters: {@link String}, {@link Long}, {@link Integer}, {@link Boolean},
   * {@link OffsetDateTime} or null. Other types go as text with a cast in the statement.
   */
  public Query bind(Object... next) {
    values.addAll(Arrays.asList(next));
    return this;
  }

  /** Reads one row. */
  @FunctionalInterface
  public interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  public <T> List<T> list(RowReader<T> reader) throws SQLException {
    try (PreparedStatement statement = prepared();
        ResultSet rows = statement.executeQuery()) {
      List<T> result = new ArrayList<>();
      while (rows.next()) {
        result.add(reader.read(rows));
      }
      return result;
    }
  }

  public <T> Optional<T> first(RowReader<T> reader) throws SQLException {
    List<T> rows = list(reader);
    return rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(0));
  }

  /** The only row; a statement that gives none is a defect of the engine. */
  public <T> T one(RowReader<T> reader) throws SQLException {
    return first(reader).orElseThrow(() -> new IllegalStateException("no row from: " + sql));
  }

  public int update() throws SQLException {
    try (PreparedStatement statement = prepared()) {
      return statement.executeUpdate();
    }
  }

  private PreparedStatement prepared() throws SQLException {
    PreparedStatement statement = connection.prepareStatement(DriverSyntax.of(connection, sql));
    for (int i = 0; i < values.size(); i++) {
      bind(statement, i + 1, values.get(i));
    }
    return statement;
  }

  private static void bind(PreparedStatement statement, int index, Object value)
      throws SQLException {
    if (value == null) {
      statement.setNull(index, java.sql.Types.VARCHAR);
    } else if (value instanceof String text) {
      statement.setString(index, text);
    } else if (value instanceof Long number) {
      statement.setLong(index, number);
    } else if (value instanceof Integer number) {
      statement.setInt(index, number);
    } else if (value instanceof Boolean flag) {
      statement.setBoolean(index, flag);
    } else if (value instanceof OffsetDateTime instant) {
      statement.setObject(index, instant);
    } else {
      throw new IllegalArgumentException("cannot bind a " + value.getClass().getName());
    }
  }
}
