package dev.archivist.engine.sql;

/** A table with its schema, so that {@code search_path} never decides what is meant. */
public record QualifiedName(Identifier schema, Identifier table) implements SqlPart {

  public static QualifiedName of(String schema, String table) {
    return new QualifiedName(new Identifier(schema), new Identifier(table));
  }

  @Override
  public String sql() {
    return schema.sql() + "." + table.sql();
  }

  @Override
  public String toString() {
    return schema.name() + "." + table.name();
  }
}
