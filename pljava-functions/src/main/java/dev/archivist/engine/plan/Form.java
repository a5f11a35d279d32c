package dev.archivist.engine.plan;

import dev.archivist.engine.sql.SqlText;
import java.util.List;
import java.util.Set;

/**
 * The form in which a value shows its whole content, whatever the session's settings are and
 * however it is stored: digests hash it, sizes measure it.
 */
enum Form {
  /** Fixed in width; its equality knows every difference. */
  FIXED,
  /** Bytes. */
  BYTES,
  /** Text under collation C. */
  TEXT,
  /** Exact as text, or without any other form. */
  CAST,
  /**
   * The binary output, for types whose equality is coarser than their content (numeric 1.0 and
   * 1.00, float 0 and -0) or whose text depends on settings.
   */
  BINARY;

  private static final Set<String> FIXED_TYPES =
      Set.of(
          "bool",
          "date",
          "int2",
          "int4",
          "int8",
          "oid",
          "time",
          "timestamp",
          "timestamptz",
          "uuid");
  private static final Set<String> TEXT_TYPES = Set.of("text", "varchar", "bpchar", "name");

  /** Their binary output would be in the client's encoding. */
  private static final Set<String> EXACT_AS_TEXT = Set.of("json", "jsonb", "xml");

  static Form of(Column column) {
    String type = column.baseType();
    if (FIXED_TYPES.contains(type)) {
      return FIXED;
    }
    if (type.equals("bytea")) {
      return BYTES;
    }
    if (TEXT_TYPES.contains(type)) {
      return TEXT;
    }
    return column.sendFunction() == null || EXACT_AS_TEXT.contains(type) ? CAST : BINARY;
  }

  /** The column's value in this form; {@code alias} is where the column is. */
  SqlText sql(String alias, Column column) {
    SqlText value = SqlText.columns(alias, List.of(column.name()));
    return switch (this) {
      case FIXED, BYTES -> value;
      case TEXT -> SqlText.load("form_text").with("value", value);
      case CAST -> SqlText.load("form_cast").with("value", value);
      case BINARY ->
          SqlText.load("form_binary")
              .with("value", value)
              .with("send", SqlText.function(column.sendFunction()));
    };
  }
}
