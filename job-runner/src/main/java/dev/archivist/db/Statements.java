package dev.archivist.db;

import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlFiles;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;

/**
 * The statements that the runner itself makes, in {@code db/sql} by noun. Those over the archive's
 * own tables are jOOQ's; here is what jOOQ has no type for: PostgreSQL's and PL/Java's catalogs,
 * sessions, DDL.
 */
public final class Statements {
  private static final SqlFiles FILES = new SqlFiles(Statements.class, "sql/");

  private Statements() {}

  /** The statement {@code noun.name}, its placeholders open. */
  public static SqlText text(String name) {
    return FILES.text(name);
  }

  /** The statement {@code noun.name}, which has no placeholders. */
  public static Query query(Connection connection, String name) {
    return Query.of(connection, text(name));
  }
}
