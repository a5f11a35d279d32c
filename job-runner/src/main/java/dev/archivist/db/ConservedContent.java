package dev.archivist.db;

import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.Rollup;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;

/** Computes what a run conserves, by other means than the engine's own digest. */
final class ConservedContent {
  private ConservedContent() {}

  static String of(Connection connection, Policy policy) throws SQLException {
    SqlText content =
        policy.kind() instanceof Rollup rollup
            ? Statements.text("content.samples").with("value", rollup.value())
            : Statements.text("content.rows").with("columns", columns(connection, policy));
    SqlText ofBothTiers = content.with("live", policy.source()).with("archive", policy.archive());
    return Query.of(connection, ofBothTiers).one(row -> row.getString(1));
  }

  private static SqlText columns(Connection connection, Policy policy) throws SQLException {
    return SqlText.columns("", Columns.of(connection, policy.source()).names());
  }
}
