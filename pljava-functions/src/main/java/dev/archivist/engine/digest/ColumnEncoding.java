package dev.archivist.engine.digest;

import dev.archivist.engine.catalog.Column;
import dev.archivist.engine.sql.SqlText;
import java.util.List;
import java.util.Set;

/**
 * The form in which a value shows its whole content, whatever the session's settings are and
 * however it is stored: digests hash it, sizes measure it.
 */
enum ColumnEncoding {
  /** As it is: its type's hash knows every difference. */
  PLAIN,
  /** Text under collation C. */
  TEXT,
  /**
   * As text: xml, whose output would leave out the encoding that it names, and types that share the
   * output function of another.
   */
  CAST,
  /**
   * The binary output, for types whose equality is coarser than their content (numeric 1.0 and
   * 1.00, float 0 and -0) or whose hash folds 64 bits into 32 (bigint -1 and 4294967295).
   */
  BINARY,
  /**
   * The text output, for all that holds text, whose binary output would be in the client's
   * encoding, and for types that are not PostgreSQL's own.
   */
  OUTPUT;

  private static final Set<String> PLAIN_TYPES =
      Set.of("bool", "bytea", "char", "date", "int2", "int4", "oid", "uuid");

  /** Not bpchar: its blanks at the end are content, but not to its hash. */
  private static final Set<String> TEXT_TYPES = Set.of("text", "varchar", "name");

  /** Types whose binary output depends on nothing but the value. */
  private static final Set<String> BINARY_TYPES =
      Set.of(
          "bit",
          "box",
          "cid",
          "cidr",
          "circle",
          "float4",
          "float8",
          "inet",
          "int8",
          "interval",
          "line",
          "lseg",
          "macaddr",
          "macaddr8",
          "money",
          "numeric",
          "path",
          "pg_lsn",
          "pg_snapshot",
          "point",
          "polygon",
          "regclass",
          "regcollation",
          "regconfig",
          "regdictionary",
          "regnamespace",
          "regoper",
          "regoperator",
          "regproc",
          "regprocedure",
          "regrole",
          "regtype",
          "tid",
          "time",
          "timestamp",
          "timestamptz",
          "timetz",
          "txid_snapshot",
          "varbit",
          "xid",
          "xid8");

  static ColumnEncoding of(Column column) {
    String element = column.element();
    if (element == null) {
      return output(column);
    }
    if (column.ofMany()) {
      return PLAIN_TYPES.contains(element) || BINARY_TYPES.contains(element)
          ? BINARY
          : output(column);
    }
    if (PLAIN_TYPES.contains(element)) {
      return PLAIN;
    }
    if (TEXT_TYPES.contains(element)) {
      return TEXT;
    }
    if (element.equals("xml")) {
      return CAST;
    }
    return BINARY_TYPES.contains(element) ? BINARY : output(column);
  }

  private static ColumnEncoding output(Column column) {
    return column.outputFunction() == null ? CAST : OUTPUT;
  }

  /** The column's value in this form; {@code alias} is where the column is. */
  SqlText sql(String alias, Column column) {
    SqlText value = SqlText.columns(alias, List.of(column.name()));
    return switch (this) {
      case PLAIN -> value;
      case TEXT -> SqlText.load("digest.form_text").with("value", value);
      case CAST -> SqlText.load("digest.form_cast").with("value", value);
      case BINARY ->
          SqlText.load("digest.form_binary")
              .with("value", value)
              .with("send", SqlText.function(column.sendFunction()));
      case OUTPUT ->
          SqlText.load("digest.form_output")
              .with("value", value)
              .with("output", SqlText.function(column.outputFunction()));
    };
  }
}
