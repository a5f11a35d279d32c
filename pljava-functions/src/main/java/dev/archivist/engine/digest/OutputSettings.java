package dev.archivist.engine.digest;

import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * The settings of the session that decide how values look as text. Types that have no exact binary
 * form of their own are digested and measured as text, so these are set before.
 */
public final class OutputSettings {
  private OutputSettings() {}

  /** Fixes them until the transaction ends, or the function of the database that calls. */
  public static void fix(Connection connection) throws SQLException {
    Query.of(
            connection,
            SqlText.load("catalog.output_settings").with("settings", SqlText.load("job.settings")))
        .one(row -> row.getString(1));
  }
}
