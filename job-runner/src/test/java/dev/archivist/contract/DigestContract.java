package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.archivist.engine.job.BatchResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Neither the settings of a session nor the host change what a digest is. */
abstract class DigestContract extends EngineContract {
  /** Settings under which the same value looks different, in two ways. */
  private static final List<String> HERE =
      List.of(
          "TimeZone = 'America/St_Johns'",
          "IntervalStyle = 'iso_8601'",
          "extra_float_digits = -15",
          "bytea_output = 'escape'",
          "xmlbinary = 'hex'",
          "quote_all_identifiers = on",
          "search_path = public",
          "client_encoding = 'LATIN1'");

  private static final List<String> THERE =
      List.of(
          "TimeZone = 'Asia/Kathmandu'",
          "IntervalStyle = 'sql_standard'",
          "extra_float_digits = 3",
          "bytea_output = 'hex'",
          "xmlbinary = 'base64'",
          "quote_all_identifiers = off",
          "search_path = pg_catalog, types",
          "client_encoding = 'UTF8'");

  @Test
  void theDigestOfEveryTypeIsTheSameWhateverTheSessionsSettingsAre() throws SQLException {
    for (String table : List.of("here", "there")) {
      TypedValues.fill(db, table);
      movePolicy(table, table, table + "_archive", "at");
      batchRows(table, 300);
    }
    List<List<String>> expected = List.of(LiveDigest.of(db, "here"));
    assertThat(planUnder(HERE, "here")).isEqualTo(planUnder(THERE, "here"));

    runUnder(HERE, "here");
    runUnder(THERE, "there");

    assertThat(ledger("here")).isEqualTo(expected);
    assertThat(ledger("there")).isEqualTo(expected);
    for (String policy : List.of("here", "there")) {
      for (List<String> settings : List.of(HERE, THERE)) {
        assertThat(verifyUnder(settings, policy).path("ok").asBoolean())
            .as("%s under %s", policy, settings)
            .isTrue();
      }
    }
  }

  private List<List<String>> ledger(String policy) {
    return db.rows("SELECT rows, digest_a, digest_b FROM archive.ledger WHERE policy = ?", policy);
  }

  private void runUnder(List<String> settings, String policy) throws SQLException {
    try (Connection connection = under(settings)) {
      List<String> before = settingsOf(connection);
      UUID job = engine().begin(connection, policy);
      BatchResult batch;
      do {
        batch = engine().runBatch(connection, job);
      } while (!batch.done());
      engine().finish(connection, job, "completed");
      connection.commit();
      assertThat(settingsOf(connection)).isEqualTo(before);
    }
  }

  private JsonNode verifyUnder(List<String> settings, String policy) throws SQLException {
    try (Connection connection = under(settings)) {
      return json(engine().verify(connection, policy));
    }
  }

  private JsonNode planUnder(List<String> settings, String policy) throws SQLException {
    try (Connection connection = under(settings)) {
      return json(engine().plan(connection, policy)).path("bytes");
    }
  }

  private Connection under(List<String> settings) throws SQLException {
    Connection connection = db.connectAllowingEncodings();
    try (Statement statement = connection.createStatement()) {
      for (String setting : settings) {
        statement.execute("SET " + setting);
      }
    }
    connection.setAutoCommit(false);
    return connection;
  }

  private static List<String> settingsOf(Connection connection) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT name || ' = ' || setting FROM pg_catalog.pg_settings WHERE name IN ('DateStyle', 'TimeZone',"
                    + " 'IntervalStyle', 'extra_float_digits', 'bytea_output', 'lc_monetary',"
                    + " 'quote_all_identifiers', 'search_path', 'client_encoding') ORDER BY 1")) {
      while (row.next()) {
        values.add(row.getString(1));
      }
    }
    return values;
  }
}
