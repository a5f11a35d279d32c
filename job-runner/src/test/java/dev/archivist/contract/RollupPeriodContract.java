package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.policy.Policies;
import dev.archivist.engine.purge.Purge;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A value is of an hour, a day, a week or a month, in UTC. */
abstract class RollupPeriodContract extends EngineContract {
  private void period(String period) {
    db.execute(
        "UPDATE archive.policies SET settings = settings || '{\"period\": \"%s\"}' WHERE name = 'metrics'"
            .formatted(period));
  }

  /** The last week of January 2024 has four days of February. */
  @ParameterizedTest
  @CsvSource({
    "hour,  hourly,  2024-01-31 23:00:00+00, 2024-02-01 00:00:00+00, 2024-02-04 23:00:00+00",
    "day,   daily,   2024-01-31 00:00:00+00, 2024-02-01 00:00:00+00, 2024-02-04 00:00:00+00",
    "week,  weekly,  2024-01-29 00:00:00+00, 2024-01-29 00:00:00+00, 2024-01-29 00:00:00+00",
    "month, monthly, 2024-01-01 00:00:00+00, 2024-02-01 00:00:00+00, 2024-02-01 00:00:00+00"
  })
  void samplesBecomeOneValueAPeriod(
      String period, String adjective, String first, String second, String last) {
    clock("2026-06-05T12:00:00Z");
    period(period);
    batchRows("metrics", 2);
    for (int late = 0; late < 2; late++) {
      db.execute(
          sampleAt("2024-01-31T23:59:59.999999Z", "1"),
          sampleAt("2024-02-01T00:00:00Z", "20"),
          sampleAt("2024-02-04T23:59:59.999999Z", "300"));
      long planned = plan("metrics").get("values").asLong();

      long archived = run("metrics").archived();

      assertThat(late == 0 ? archived : planned).isEqualTo(planned);
      assertThat(planned).isEqualTo(List.of(first, second, last).stream().distinct().count());
      assertLedgerIsRight("metrics");
    }

    assertThat(
            db.rows(
                "SELECT timestamp, sum(sample_count), sum(value_sum)::int FROM scenario_metrics_archive"
                    + " WHERE aggregation_period = ? GROUP BY 1 ORDER BY 1",
                adjective))
        .isEqualTo(
            db.rows(
                """
                SELECT at, 2 * count(*), 2 * sum(value)
                FROM unnest(?::timestamptz[], '{1, 20, 300}'::int[]) AS sample (at, value)
                GROUP BY 1 ORDER BY 1
                """,
                "{%s,%s,%s}".formatted(first, second, last)));
    assertThat(db.number("SELECT count(*) FROM scenario_metrics")).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "hour, 2024-06-05T12:00:00Z",
    "day, 2024-06-05T00:00:00Z",
    "week, 2024-06-03T00:00:00Z",
    "month, 2024-06-01T00:00:00Z"
  })
  void aPeriodThatIsNotOldEnoughAsAWholeStays(String period, String cutoff) {
    clock("2026-06-05T12:30:00Z");
    period(period);
    db.execute(
        sampleAt(cutoff, "2"),
        sampleAt(cutoff, "1")
            .replace("'" + cutoff + "'", "timestamptz '" + cutoff + "' - interval '1 us'"));

    run("metrics");

    assertThat(column("SELECT value FROM scenario_metrics")).containsExactly("2.000000");
    assertThat(column("SELECT value FROM scenario_metrics_archive")).containsExactly("1.000000");
  }

  /** Values of two periods cannot be merged, and they may start together. */
  @Test
  void thePeriodIsFixedOnceValuesAreArchived() {
    period("week");
    period("day");
    db.execute(sampleAt("2020-01-01T01:00:00Z", "1"));
    run("metrics");
    period("day");

    assertThatThrownBy(() -> period("month"))
        .hasMessageContaining("its archive has values of another period");
  }

  @ParameterizedTest
  @ValueSource(strings = {"year", "Day", ""})
  void anotherPeriodIsNoSetting(String period) {
    assertThatThrownBy(() -> period(period))
        .hasMessageContaining("the period of a roll-up is hour, day, week or month");
  }

  /** A value of another period that somebody put there is not merged into: the sample stays. */
  @Test
  void aValueOfAnotherPeriodIsNotMergedInto() {
    db.execute(sampleAt("2020-01-01T01:00:00Z", "1"));
    run("metrics");
    db.execute(
        "UPDATE scenario_metrics_archive SET aggregation_period = 'monthly'",
        sampleAt("2020-01-01T02:00:00Z", "1"));

    assertThat(run("metrics").deleted()).isZero();

    assertThat(db.rows("SELECT value FROM scenario_metrics")).containsExactly(List.of("1.000000"));
    assertThat(db.number("SELECT records_left FROM archive.jobs ORDER BY started_at DESC LIMIT 1"))
        .isEqualTo(1);
  }

  /** The last week is kept as long as its last day; and a hold of that day holds it. */
  @Test
  void aWeekThatEndsInTheNextMonthLeavesAfterItsEnd() throws SQLException {
    clock("2026-06-05T12:00:00Z");
    period("week");
    db.execute(sampleAt("2024-02-01T00:00:00Z", "1"));
    run("metrics");
    db.execute("UPDATE archive.policies SET keep_for = '5 years' WHERE name = 'metrics'");

    clock("2029-02-04T23:59:59Z");
    assertThat(due()).isEmpty();
    clock("2029-02-05T00:00:00Z");
    assertThat(due()).extracting(Purge.Due::month).containsExactly(Month.ofFirstDay("2024-01-01"));

    db.execute(
        "SELECT archive.hold('metrics', '2024-02-04', '2024-02-05', NULL, NULL, 'the fourth')");
    assertThat(due()).extracting(each -> each.heldBy().orElse("")).containsExactly("the fourth");
  }

  private List<Purge.Due> due() throws SQLException {
    try (Connection connection = db.connectWithSafePath()) {
      return Purge.due(connection, Policies.named(connection, "metrics"));
    }
  }
}
