package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Months, days and ages are counted in UTC, whatever zone session and program are in. */
abstract class CalendarContract extends EngineContract {
  private static final String LOS_ANGELES = "America/Los_Angeles";
  private static final String KOLKATA = "Asia/Kolkata";

  /**
   * Month starts, leap days, year ends, and the hours in which Los Angeles' clocks are changed,
   * with the microseconds beside them.
   */
  private static final List<String> INSTANTS =
      List.of(
          "2022-12-31T23:59:59.999999Z",
          "2023-01-01T00:00:00Z",
          "2023-03-12T09:59:59.999999Z",
          "2023-03-12T10:00:00Z",
          "2023-03-31T18:29:59.999999Z",
          "2023-03-31T18:30:00Z",
          "2023-11-05T08:59:59.999999Z",
          "2023-11-05T09:00:00Z",
          "2023-12-31T23:59:59.999999Z",
          "2024-01-01T00:00:00Z",
          "2024-01-01T08:00:00Z",
          "2024-02-28T23:59:59.999999Z",
          "2024-02-29T00:00:00Z",
          "2024-02-29T23:59:59.999999Z",
          "2024-03-01T00:00:00Z",
          "2024-03-01T07:59:59.999999Z",
          "2024-03-01T08:00:00.000001Z");

  private final TimeZone zoneOfThisProgram = TimeZone.getDefault();

  @AfterEach
  void restoreZone() {
    TimeZone.setDefault(zoneOfThisProgram);
  }

  @ParameterizedTest
  @ValueSource(strings = {LOS_ANGELES, KOLKATA, "UTC"})
  void everyInstantGoesToItsMonthInUtc(String zone) throws SQLException {
    clock("2026-03-05T12:00:00Z");
    logsAt(INSTANTS);
    batchRows("logs", 2);

    runIn(zone, "logs");

    assertThat(
            column(
                """
                SELECT to_char(received_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z "')
                  || tableoid::regclass FROM scenario_logs_archive ORDER BY 1
                """))
        .containsExactlyElementsOf(
            INSTANTS.stream()
                .map(
                    at ->
                        (at.contains(".") ? at : at.replace("Z", ".000000Z"))
                            + " scenario_logs_archive_"
                            + at.substring(0, 7).replace('-', '_'))
                .toList());
    assertThat(bounds("scenario_logs_archive"))
        .containsExactly(
            "FOR VALUES FROM ('2022-12-01 00:00:00+00') TO ('2023-01-01 00:00:00+00')",
            "FOR VALUES FROM ('2023-01-01 00:00:00+00') TO ('2023-02-01 00:00:00+00')",
            "FOR VALUES FROM ('2023-03-01 00:00:00+00') TO ('2023-04-01 00:00:00+00')",
            "FOR VALUES FROM ('2023-11-01 00:00:00+00') TO ('2023-12-01 00:00:00+00')",
            "FOR VALUES FROM ('2023-12-01 00:00:00+00') TO ('2024-01-01 00:00:00+00')",
            "FOR VALUES FROM ('2024-01-01 00:00:00+00') TO ('2024-02-01 00:00:00+00')",
            "FOR VALUES FROM ('2024-02-01 00:00:00+00') TO ('2024-03-01 00:00:00+00')",
            "FOR VALUES FROM ('2024-03-01 00:00:00+00') TO ('2024-04-01 00:00:00+00')");
    assertThat(
            db.rows("SELECT month, rows FROM archive.ledger WHERE policy = 'logs' ORDER BY month"))
        .containsExactly(
            List.of("2022-12-01", "1"),
            List.of("2023-01-01", "1"),
            List.of("2023-03-01", "4"),
            List.of("2023-11-01", "2"),
            List.of("2023-12-01", "1"),
            List.of("2024-01-01", "2"),
            List.of("2024-02-01", "3"),
            List.of("2024-03-01", "3"));
    assertLedgerIsRight("logs");
  }

  @ParameterizedTest
  @ValueSource(strings = {LOS_ANGELES, KOLKATA, "UTC"})
  void everySampleCountsForItsDayInUtc(String zone) throws SQLException {
    clock("2026-06-05T12:00:00Z");
    for (String at : INSTANTS) {
      db.execute(sampleAt(at, "1"));
    }
    batchRows("metrics", 3);

    runIn(zone, "metrics");

    assertThat(db.rows("SELECT timestamp, sample_count FROM scenario_metrics_archive ORDER BY 1"))
        .containsExactly(
            List.of("2022-12-31 00:00:00+00", "1"),
            List.of("2023-01-01 00:00:00+00", "1"),
            List.of("2023-03-12 00:00:00+00", "2"),
            List.of("2023-03-31 00:00:00+00", "2"),
            List.of("2023-11-05 00:00:00+00", "2"),
            List.of("2023-12-31 00:00:00+00", "1"),
            List.of("2024-01-01 00:00:00+00", "2"),
            List.of("2024-02-28 00:00:00+00", "1"),
            List.of("2024-02-29 00:00:00+00", "2"),
            List.of("2024-03-01 00:00:00+00", "3"));
    assertLedgerIsRight("metrics");
  }

  @ParameterizedTest
  @CsvSource({
    // In Los Angeles the year that ends here has a change of clocks more, or one less, than days.
    "America/Los_Angeles, 2026-03-09T00:30:00Z, 365 days, 2025-03-09T00:30:00Z",
    "America/Los_Angeles, 2026-11-01T20:00:00Z, 365 days, 2025-11-01T20:00:00Z",
    "Asia/Kolkata,        2026-03-09T00:30:00Z, 365 days, 2025-03-09T00:30:00Z",
    "UTC,                 2024-02-29T12:00:00Z, 1 year,   2023-02-28T12:00:00Z",
    "America/Los_Angeles, 2024-03-01T00:00:00Z, 1 month,  2024-02-01T00:00:00Z",
    "Asia/Kolkata,        2024-12-31T20:00:00Z, 1 month,  2024-11-30T20:00:00Z",
    "America/Los_Angeles, 2025-02-28T23:59:59.999999Z, 1 year, 2024-02-28T23:59:59.999999Z"
  })
  void theCutoffIsTheClockLessTheAgeInUtc(String zone, String clock, String age, String cutoff)
      throws SQLException {
    clock(clock);
    db.execute("UPDATE archive.policies SET archive_after = '" + age + "' WHERE name = 'logs'");
    db.execute(
        logAt(UUID.randomUUID(), cutoff, "young"),
        logAt(UUID.randomUUID(), cutoff, "old")
            .replace(
                "'" + cutoff + "', md5", "timestamptz '" + cutoff + "' - interval '1 us', md5"));

    runIn(zone, "logs");

    assertThat(column("SELECT message_preview FROM scenario_logs")).containsExactly("young");
    assertThat(column("SELECT message_preview FROM scenario_logs_archive")).containsExactly("old");
  }

  @ParameterizedTest
  @CsvSource({
    "America/Los_Angeles, 2026-03-09T00:30:00Z, 2024-03-09",
    "America/Los_Angeles, 2026-03-10T06:59:59.999999Z, 2024-03-10",
    "Asia/Kolkata,        2026-03-09T20:00:00Z, 2024-03-09",
    "Asia/Kolkata,        2026-02-28T23:59:59Z, 2024-02-29",
    "UTC,                 2026-03-01T00:00:00Z, 2024-03-01"
  })
  void theCutoffOfARollupIsTheStartOfADayInUtc(String zone, String clock, String day)
      throws SQLException {
    clock(clock);
    db.execute(
        sampleAt(day + "T00:00:00Z", "2"),
        sampleAt(day + "T00:00:00Z", "1")
            .replace(
                "'" + day + "T00:00:00Z'",
                "timestamptz '" + day + "T00:00:00Z' - interval '1 us'"));

    runIn(zone, "metrics");

    assertThat(column("SELECT value FROM scenario_metrics")).containsExactly("2.000000");
    assertThat(column("SELECT value FROM scenario_metrics_archive")).containsExactly("1.000000");
  }

  @ParameterizedTest
  @ValueSource(strings = {LOS_ANGELES, KOLKATA, "UTC"})
  void aPlanSaysMonthsAndInstantsInUtc(String zone) throws SQLException {
    clock("2026-03-05T12:00:00.000001Z");
    logsAt(List.of("2025-02-28T23:59:59.999999Z", "2025-03-01T00:00:00Z"));
    List<String> windows = new ArrayList<>();

    in(
        zone,
        connection ->
            json(engine().plan(connection, "logs"))
                .get("windows")
                .forEach(
                    window ->
                        windows.add(
                            window.get("month").asText()
                                + " "
                                + window.get("from").asText()
                                + " "
                                + window.get("to").asText())));

    assertThat(windows)
        .containsExactly(
            "2025-02 2025-02-01T00:00:00Z 2025-03-01T00:00:00Z",
            "2025-03 2025-03-01T00:00:00Z 2025-03-05T12:00:00.000001Z");
  }

  private List<String> bounds(String table) {
    return column(
        """
        SELECT pg_get_expr(c.relpartbound, c.oid)
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = ?::regclass ORDER BY 1
        """,
        table);
  }

  private void runIn(String zone, String policy) throws SQLException {
    in(
        zone,
        connection -> {
          UUID job = engine().begin(connection, policy);
          connection.commit();
          boolean done;
          do {
            done = engine().runBatch(connection, job).done();
            connection.commit();
          } while (!done);
          engine().finish(connection, job, "completed");
          connection.commit();
        });
  }

  private interface Work {
    void on(Connection connection) throws SQLException;
  }

  /** Works in a session, and in a program, of this zone. */
  private void in(String zone, Work work) throws SQLException {
    TimeZone.setDefault(TimeZone.getTimeZone(zone));
    try (Connection connection = db.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET TimeZone = '" + zone + "'; SET search_path = pg_catalog, pg_temp");
      connection.setAutoCommit(false);
      work.on(connection);
      connection.rollback();
    }
  }
}
