package dev.archivist.db.migrate;

import dev.archivist.db.Statements;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

/** Policies for a known application, installed as one: a folder of {@code migrations/presets}. */
public enum Preset {
  /** Logs, metrics and reports of scenarios. */
  SCENARIO(List.of("scenario_logs", "scenario_metrics", "reports"));

  private final List<String> liveTables;

  Preset(List<String> liveTables) {
    this.liveTables = liveTables;
  }

  /** The name as users write it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Names of the application's tables, in its schema. */
  List<String> liveTables() {
    return liveTables;
  }

  /** Where Flyway finds it. */
  String location() {
    return "classpath:db/migrations/presets/" + label();
  }

  /** Whether it was installed, or all of the application's live tables are there. */
  boolean isWanted(Connection connection, String appSchema) throws SQLException {
    return MigrationHistory.isThere(connection) && isInstalled(connection)
        || Statements.query(connection, "migration.tables_there")
                .bind(appSchema, "{" + String.join(",", liveTables) + "}")
                .one(row -> row.getInt(1))
            == liveTables.size();
  }

  private boolean isInstalled(Connection connection) throws SQLException {
    return Statements.query(connection, "history.has")
        .bind("30 preset " + label())
        .one(row -> row.getBoolean(1));
  }
}
