package dev.archivist.torture;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;

/** A live table of the application, and how a row of it is written down in full. */
enum Table {
  LOGS(
      "logs",
      365,
      "scenario_logs",
      "ROW(id, scenario_id, received_at, message_hash, message_preview, source, size_bytes, has_pii,"
          + " token_count, sqs_blocks)::text"),
  METRICS(
      "metrics",
      730,
      "scenario_metrics",
      "concat_ws('|', scenario_id, metric_type, metric_name, unit, timestamp, value, extra_data)"),
  REPORTS(
      "reports",
      180,
      "reports",
      "ROW(id, scenario_id, format, file_path, file_size_bytes, generated_by, extra_data,"
          + " created_at)::text");

  private final String policy;
  private final int archivedAfterDays;
  private final String table;
  private final String content;

  Table(String policy, int archivedAfterDays, String table, String content) {
    this.policy = policy;
    this.archivedAfterDays = archivedAfterDays;
    this.table = table;
    this.content = content;
  }

  String policy() {
    return policy;
  }

  int archivedAfterDays() {
    return archivedAfterDays;
  }

  String live() {
    return "public." + table;
  }

  String archive() {
    return live() + "_archive";
  }

  /** An SQL expression: every column of the live table as text, under the settings of a session. */
  String content() {
    return content;
  }

  static Table ofPolicy(String policy) {
    return Arrays.stream(values())
        .filter(each -> each.policy.equals(policy))
        .findAny()
        .orElseThrow();
  }

  /** The rows of a table that has these columns, by their ids. */
  Map<UUID, String> read(Connection connection, String from) throws SQLException {
    Map<UUID, String> rows = new HashMap<>();
    read(connection, from, (id, row) -> rows.put(id, row));
    return rows;
  }

  /** Each row of a table that has these columns. */
  void read(Connection connection, String from, BiConsumer<UUID, String> each) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement("SELECT id, " + content + " FROM " + from);
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        each.accept(row.getObject(1, UUID.class), row.getString(2));
      }
    }
  }

  /** What makes the text of {@link #content} the same in every session. */
  static final String SETTINGS =
      "SET search_path = pg_catalog; SET TimeZone = 'UTC'; SET DateStyle = ISO";
}
