package dev.archivist.engine.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A JSON document that PostgreSQL writes: the engine binds the values, {@code jsonb_build_object}
 * and {@code jsonb_build_array} do the rest, so that the engine needs no JSON library.
 */
public final class Jsonb {
  /** PostgreSQL takes at most 100 arguments in a call. */
  private static final int MAX_ARGUMENTS = 90;

  private final StringBuilder sql = new StringBuilder();
  private final List<Object> values = new ArrayList<>();

  private Jsonb() {}

  /**
   * Renders maps, lists, strings, numbers, booleans and nulls.
   *
   * @return the document as text, its object keys in jsonb's own order
   */
  public static String render(Connection connection, Map<String, ?> document) throws SQLException {
    Jsonb jsonb = new Jsonb();
    jsonb.append(document);
    SqlText expression = SqlText.of(jsonb.sql.toString());
    return Query.of(connection, SqlText.load("json.render").with("document", expression))
        .bind(jsonb.values.toArray())
        .one(row -> row.getString(1));
  }

  private void append(Object value) {
    if (value instanceof Map<?, ?> map) {
      List<Object> flat = new ArrayList<>();
      map.forEach(
          (key, item) -> {
            flat.add(key);
            flat.add(item);
          });
      call("jsonb_build_object", flat);
    } else if (value instanceof List<?> list) {
      call("jsonb_build_array", list);
    } else {
      sql.append(placeholder(value));
      values.add(value);
    }
  }

  private void call(String function, List<?> arguments) {
    sql.append('(').append(function).append('(');
    for (int i = 0; i < arguments.size(); i++) {
      if (i > 0 && i % MAX_ARGUMENTS == 0) {
        sql.append(") || ").append(function).append('(');
      } else if (i > 0) {
        sql.append(", ");
      }
      append(arguments.get(i));
    }
    sql.append("))");
  }

  private static String placeholder(Object value) {
    if (value instanceof Long || value instanceof Integer) {
      return "?::bigint";
    }
    return value instanceof Boolean ? "?::boolean" : "?::text";
  }
}
