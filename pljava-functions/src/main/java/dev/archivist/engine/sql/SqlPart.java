package dev.archivist.engine.sql;

/** A piece of SQL that may stand in a statement as it is. Only this package makes them. */
public sealed interface SqlPart permits Identifier, QualifiedName, SqlText {
  /** The text as it goes into the statement. */
  String sql();
}
