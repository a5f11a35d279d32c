package dev.archivist.engine.sql;

/**
 * A name of a column, table or schema, always quoted.
 *
 * @param name the name as the catalogue has it, without quotes
 */
public record Identifier(String name) implements SqlPart {
  /** PostgreSQL's limit for names, in bytes; longer ones would be cut silently. */
  private static final int MAX_BYTES = 63;

  public Identifier {
    if (name == null || name.isEmpty() || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("an identifier needs a name");
    }
    if (name.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "identifier is longer than " + MAX_BYTES + " bytes: " + name);
    }
  }

  @Override
  public String sql() {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  @Override
  public String toString() {
    return name;
  }
}
