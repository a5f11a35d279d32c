package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.testing.PolicySql;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Samples become daily values that merge exactly, however late they come. */
abstract class RollupContract extends EngineContract {
  private static final String CLOCK = "2026-03-05T12:00:00Z";
  private static final String OLD = "timestamp < '2024-03-05 00:00:00+00'";

  @Test
  void rollsSamplesUpToExactDailyValues() {
    clock(CLOCK);
    fillMetrics(6000);
    List<String> expected = dailyFromSamples("scenario_metrics WHERE " + OLD);
    List<String> young = liveYoung();

    BatchResult total = run("metrics");

    assertThat(expected).hasSizeGreaterThan(1000);
    assertThat(dailyFromArchive()).isEqualTo(expected);
    assertThat(total.archived()).isEqualTo(expected.size());
    assertThat(content("m.*", "scenario_metrics m")).isEqualTo(young);
    assertThat(db.number("SELECT sum(sample_count) FROM scenario_metrics_archive"))
        .isEqualTo(total.deleted());
    assertLedgerIsRight("metrics");
  }

  private List<String> liveYoung() {
    return content("m.*", "scenario_metrics m WHERE NOT " + OLD);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1000})
  void lateSamplesMergeExactlyInBatchesOf(int batchRows) {
    clock(CLOCK);
    batchRows("metrics", batchRows);
    db.execute("CREATE TABLE public.put (LIKE public.scenario_metrics, run int)");
    for (int run = 0; run < 3; run++) {
      db.execute(
          """
          INSERT INTO public.put
          SELECT gen_random_uuid(), md5((g %% 2)::text)::uuid,
            timestamptz '2024-02-27 22:00:00+00' + ((g * 7919 + %1$d * 104729) %% 180000) * interval '1 s',
            'latency', 'p50', ((g * 7919 + %1$d) %% 100003 - 50000) / 1000000.0, 'ms', '{}', %1$d
          FROM generate_series(1, 60) g
          """
              .formatted(run),
          """
          INSERT INTO public.scenario_metrics
          SELECT id, scenario_id, timestamp, metric_type, metric_name, value, unit, extra_data
          FROM public.put WHERE run = %d ORDER BY md5(id::text)
          """
              .formatted(run));

      run("metrics");

      assertThat(dailyFromArchive()).isEqualTo(dailyFromSamples("put"));
      assertLedgerIsRight("metrics");
    }
  }

  @Test
  void unitsOfOneMetricStayApart() {
    clock(CLOCK);
    db.execute(sampleAt("2020-01-01T01:00:00Z", "1500"));
    db.execute(sampleAt("2020-01-01T02:00:00Z", "1.5").replace("'ms'", "'s'"));

    run("metrics");

    assertThat(db.rows("SELECT unit, value, sample_count FROM scenario_metrics_archive ORDER BY 1"))
        .containsExactly(List.of("ms", "1500.000000", "1"), List.of("s", "1.500000", "1"));
  }

  @Test
  void theDayOfTheCutoffIsNotRolledUpInPart() {
    clock(CLOCK);
    db.execute(
        sampleAt("2024-03-04T23:59:59.999999Z", "1"),
        sampleAt("2024-03-05T00:00:00Z", "2"),
        sampleAt("2024-03-05T11:59:59Z", "3"));

    run("metrics");

    assertThat(column("SELECT value FROM scenario_metrics ORDER BY 1"))
        .containsExactly("2.000000", "3.000000");
    assertThat(db.rows("SELECT timestamp, value_sum FROM scenario_metrics_archive"))
        .containsExactly(List.of("2024-03-04 00:00:00+00", "1.000000"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP INDEX public.ux_scenario_metrics_archive_daily",
        "DROP INDEX public.ux_scenario_metrics_archive_daily;"
            + " CREATE UNIQUE INDEX ON public.scenario_metrics_archive (scenario_id, timestamp) WHERE is_aggregated",
        "DROP INDEX public.ux_scenario_metrics_archive_daily; CREATE UNIQUE INDEX ON public.scenario_metrics_archive"
            + " (scenario_id, metric_name, metric_type, unit, timestamp) WHERE is_aggregated AND value > 0"
      })
  void anArchiveWhoseValuesCannotBeFoundIsRefusedWithWhatMendsIt(String change) {
    clock(CLOCK);
    db.execute(sampleAt("2020-01-01T01:00:00Z", "1"));
    for (String each : change.split(";")) {
      db.execute(each);
    }

    JsonNode refusals = plan("metrics").get("refusals");
    assertThat(refusals).hasSize(1);
    assertThat(refusals.get(0).get("what").asText())
        .startsWith("public.scenario_metrics_archive has no unique index (");
    db.execute(refusals.get(0).get("hint").asText());

    assertThat(plan("metrics").get("refusals")).isEmpty();
    assertThat(run("metrics").deleted()).isEqualTo(1);
  }

  @Test
  void detailThatDailyValuesCannotKeepIsAnnounced() {
    clock(CLOCK);
    db.execute(
        sampleAt("2020-01-01T01:00:00Z", "1").replace("'{}'", "'{\"host\": \"a\"}'"),
        sampleAt("2020-01-01T01:00:00Z", "1"));

    assertThat(plan("metrics").get("warnings").get(0).asText())
        .isEqualTo("1 samples have extra_data, which their daily values will not keep");
  }

  /**
   * Groups are made by the type's equality, so days of before are found by it too; not by an
   * operator that a domain's owner made for the domain.
   */
  @ParameterizedTest
  @ValueSource(strings = {"public.citext", "public.word"})
  void aSeriesComparesAsItsTypeDoes(String type) {
    db.execute(
        "CREATE EXTENSION citext SCHEMA public",
        "CREATE DOMAIN public.word AS public.citext",
        "CREATE FUNCTION public.never(public.word, public.word) RETURNS boolean IMMUTABLE LANGUAGE plpgsql"
            + " AS $$ BEGIN RAISE 'this is not the equality of the type'; END $$",
        "CREATE OPERATOR public.= (LEFTARG = public.word, RIGHTARG = public.word, FUNCTION = public.never)",
        "CREATE TABLE public.odd (at timestamptz NOT NULL, value numeric NOT NULL, name "
            + type
            + " NOT NULL)",
        """
        CREATE TABLE public.odd_archive (id uuid DEFAULT gen_random_uuid(), LIKE public.odd,
          archived_at timestamptz, archive_batch_id uuid, is_aggregated boolean,
          aggregation_period text, sample_count int, value_sum numeric, value_min numeric,
          value_max numeric) PARTITION BY RANGE (at)
        """,
        "ALTER TABLE public.odd_archive OWNER TO archive_owner",
        "CREATE UNIQUE INDEX ON public.odd_archive (name, at) WHERE is_aggregated",
        """
        INSERT INTO archive.policies (name, kind, time_column, archive_after, settings)
        VALUES ('odd', 'rollup', 'at', '1 year', '{"value": "value", "series": ["name"]}')
        """,
        PolicySql.table("odd", "odd", "odd_archive"));
    lendToTheEngine("odd");
    for (String name : List.of("Cpu", "CPU", "cpu")) {
      db.execute("INSERT INTO public.odd VALUES ('2020-01-01 05:00:00+00', 1.5, '" + name + "')");
      run("odd");
    }

    assertThat(db.rows("SELECT name, sample_count, value_sum FROM public.odd_archive"))
        .containsExactly(List.of("Cpu", "3", "4.5"));
    assertLedgerIsRight("odd");
  }

  @Test
  void seriesMayBeNamedLikeTheWordsOfTheEnginesOwnStatement() {
    String series = "\"day\", \"samples\", \"total\", \"lowest\", \"highest\", \"gone\", \"kept\"";
    db.execute(
        """
        CREATE TABLE public.odd (at timestamptz NOT NULL, value numeric NOT NULL, "day" date NOT NULL,
          "samples" int NOT NULL, "total" int NOT NULL, "lowest" int NOT NULL, "highest" int NOT NULL,
          "gone" int NOT NULL, "kept" int NOT NULL)
        """,
        """
        CREATE TABLE public.odd_archive (id uuid DEFAULT gen_random_uuid(), LIKE public.odd,
          archived_at timestamptz, archive_batch_id uuid, is_aggregated boolean,
          aggregation_period text, sample_count int, value_sum numeric, value_min numeric,
          value_max numeric) PARTITION BY RANGE (at)
        """,
        "ALTER TABLE public.odd_archive OWNER TO archive_owner",
        "CREATE UNIQUE INDEX ON public.odd_archive (" + series + ", at) WHERE is_aggregated",
        """
        INSERT INTO archive.policies (name, kind, time_column, archive_after, settings)
        VALUES ('odd', 'rollup', 'at', '1 year', '{"value": "value",
          "series": ["day", "samples", "total", "lowest", "highest", "gone", "kept"]}')
        """,
        PolicySql.table("odd", "odd", "odd_archive"));
    lendToTheEngine("odd");
    for (int late = 0; late < 2; late++) {
      db.execute(
          """
          INSERT INTO public.odd
          SELECT '2020-01-01 05:00:00+00', 1.5 * g, '1999-01-01', 1, 2, 3, 4, 5, 6
          FROM generate_series(1, 3) g
          """);
      run("odd");
    }

    assertThat(
            db.rows(
                "SELECT at, "
                    + series
                    + ", value, value_sum, sample_count, value_min, value_max FROM odd_archive"))
        .containsExactly(
            List.of(
                "2020-01-01 00:00:00+00",
                "1999-01-01",
                "1",
                "2",
                "3",
                "4",
                "5",
                "6",
                "3.0000000000000000",
                "18.0",
                "6",
                "1.5",
                "4.5"));
    assertLedgerIsRight("odd");
  }

  private List<String> dailyFromSamples(String from) {
    return column(
        """
        SELECT day::text FROM (
          SELECT scenario_id, metric_type, metric_name, unit, date_trunc('day', timestamp, 'UTC'),
            sum(value), count(*)::integer, min(value), max(value), round(sum(value) / count(*), 6)
          FROM %s
          GROUP BY 1, 2, 3, 4, 5
        ) day ORDER BY 1
        """
            .formatted(from));
  }

  private List<String> dailyFromArchive() {
    return column(
        """
        SELECT day::text FROM (
          SELECT scenario_id, metric_type, metric_name, unit, timestamp, value_sum, sample_count,
            value_min, value_max, value
          FROM scenario_metrics_archive
        ) day ORDER BY 1
        """);
  }
}
