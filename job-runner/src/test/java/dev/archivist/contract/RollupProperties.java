package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.testing.JobSession;
import dev.archivist.testing.PolicySql;
import dev.archivist.testing.TestDatabase;
import dev.archivist.testing.TestLength;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeTry;

/**
 * However samples come, in which order, in how many batches and runs, their daily values are one.
 */
@AddLifecycleHook(TestLength.OfProperties.class)
abstract class RollupProperties {
  private static TestDatabase db;

  abstract TestDatabase createDatabase();

  /** A sample; the value is what DECIMAL(15,6) can hold, or NaN. */
  record Sample(int series, int day, int second, String value) {
    String row() {
      return "(gen_random_uuid(), md5('%d')::uuid, timestamptz '2024-02-27 00:00:00+00' + interval '%d days %d seconds', 'm', 'n', '%s', 'u', '{}')"
          .formatted(series, day, second, value);
    }
  }

  @BeforeTry
  void emptyTables() {
    if (db == null) {
      db = createDatabase();
      db.execute(
          "ALTER DATABASE " + db.name() + " SET \"archivist.now\" = '2026-06-01T00:00:00Z'",
          "CREATE TABLE public.put (LIKE public.scenario_metrics)",
          "CREATE TABLE public.doubles (at timestamptz NOT NULL, series integer NOT NULL, value double precision NOT NULL)",
          """
          CREATE TABLE public.doubles_archive (LIKE public.doubles, archived_at timestamptz,
            archive_batch_id uuid, is_aggregated boolean, aggregation_period text, sample_count integer,
            value_sum numeric, value_min double precision, value_max double precision) PARTITION BY RANGE (at)
          """,
          "ALTER TABLE public.doubles_archive OWNER TO archive_owner",
          "CREATE UNIQUE INDEX ON public.doubles_archive (series, at) WHERE is_aggregated",
          "GRANT SELECT, DELETE ON public.doubles TO archive_owner",
          """
          INSERT INTO archive.policies (name, kind, time_column, archive_after, settings)
          VALUES ('doubles', 'rollup', 'at', '1 year', '{"value": "value", "series": ["series"]}')
          """,
          PolicySql.table("doubles", "doubles", "doubles_archive"));
    }
    db.execute(
        "TRUNCATE public.put, public.scenario_metrics, public.scenario_metrics_archive, archive.ledger, archive.batches");
  }

  @AfterContainer
  static void dropDatabase() {
    if (db != null) {
      db.close();
      db = null;
    }
  }

  @Property(tries = 25)
  void anySplitIntoBatchesAndRunsGivesTheSameDailyValues(
      @ForAll("samples") List<Sample> samples,
      @ForAll @IntRange(min = 1, max = 12) int batchRows,
      @ForAll @IntRange(min = 1, max = 3) int runs) {
    db.execute("UPDATE archive.policies SET batch_rows = " + batchRows + " WHERE name = 'metrics'");
    int size = Math.max(1, (samples.size() + runs - 1) / runs);
    for (int from = 0; from < samples.size(); from += size) {
      List<String> rows = new ArrayList<>();
      samples.subList(from, Math.min(samples.size(), from + size)).forEach(s -> rows.add(s.row()));
      String values = String.join(", ", rows);
      db.execute(
          "WITH logged AS (INSERT INTO public.put VALUES "
              + values
              + " RETURNING *) INSERT INTO public.scenario_metrics SELECT * FROM logged");
      run();
    }

    assertThat(
            db.rows(
                """
                SELECT scenario_id, timestamp, value_sum, sample_count, value_min, value_max, value, nan_count
                FROM scenario_metrics_archive ORDER BY 1, 2
                """))
        .isEqualTo(
            db.rows(
                """
                SELECT scenario_id, date_trunc('day', timestamp, 'UTC'), coalesce(sum(number), 0), count(*),
                  min(number), max(number), coalesce(round(sum(number) / count(number), 6), 'NaN'),
                  nullif(count(*) - count(number), 0)
                FROM (SELECT put.*, nullif(value, 'NaN') AS number FROM put) AS put GROUP BY 1, 2 ORDER BY 1, 2
                """));
    assertThat(db.archive().verify("metrics").ok()).isTrue();
  }

  /**
   * Of 15 digits a double keeps all but where they lie between two, so the sum of the samples as
   * they were written is the exact one; of others it keeps what its shortest form says, which comes
   * back as the same double.
   */
  @Property(tries = 25)
  void doublesAreSummedExactly(
      @ForAll("decimals") List<BigDecimal> decimals,
      @ForAll @Size(max = 10) List<Double> doubles,
      @ForAll @IntRange(min = 1, max = 12) int batchRows) {
    db.execute(
        "TRUNCATE public.doubles, public.doubles_archive",
        "UPDATE archive.policies SET batch_rows = " + batchRows + " WHERE name = 'doubles'");
    for (BigDecimal each : decimals) {
      db.execute("INSERT INTO public.doubles VALUES ('2020-01-01Z', 0, '" + each + "')");
    }
    for (int i = 0; i < doubles.size(); i++) {
      db.rows(
          "INSERT INTO public.doubles VALUES ('2020-01-01Z', ?, ?::double precision) RETURNING 1",
          i + 1,
          doubles.get(i));
    }

    run("doubles");

    assertThat(
            db.rows(
                "SELECT count(*), sum(sample_count), bool_and(value_sum = ?::numeric) FROM doubles_archive WHERE series = 0",
                decimals.stream().reduce(BigDecimal.ZERO, BigDecimal::add).toString()))
        .containsExactly(List.of("1", String.valueOf(decimals.size()), "t"));
    for (int i = 0; i < doubles.size(); i++) {
      assertThat(
              db.value(
                  "SELECT (value_sum::double precision, value) = (?::double precision, value_max) FROM doubles_archive WHERE series = ?",
                  doubles.get(i),
                  i + 1))
          .as("%s", doubles.get(i))
          .isEqualTo("t");
    }
    assertThat(db.archive().verify("doubles").ok()).isTrue();
  }

  @Provide
  Arbitrary<List<BigDecimal>> decimals() {
    return Combinators.combine(
            Arbitraries.longs().between(-999_999_999_999_999L, 999_999_999_999_999L),
            Arbitraries.integers().between(-290, 290))
        .as((digits, exponent) -> new BigDecimal(BigInteger.valueOf(digits), exponent))
        .filter(decimal -> !liesBetweenDoubles(decimal))
        .list()
        .ofMinSize(1)
        .ofMaxSize(20);
  }

  /**
   * Whether it is as far from one double as from the next, as 2.369E+21 is. PostgreSQL reads it as
   * one of them, but does not write that one so, because it stands for both.
   */
  private static boolean liesBetweenDoubles(BigDecimal decimal) {
    double nearest = decimal.doubleValue();
    BigDecimal twice = decimal.multiply(BigDecimal.valueOf(2));
    return Stream.of(Math.nextUp(nearest), Math.nextDown(nearest))
        .anyMatch(next -> twice.compareTo(new BigDecimal(nearest).add(new BigDecimal(next))) == 0);
  }

  private static void run() {
    run("metrics");
  }

  private static void run(String policy) {
    try (JobSession session = JobSession.open(db.database(), policy)) {
      session.begin();
      EngineContract.batches(session);
      session.finish("completed", null);
    }
  }

  @Provide
  Arbitrary<List<Sample>> samples() {
    Arbitrary<String> value =
        Arbitraries.frequencyOf(
            Tuple.of(
                20,
                Arbitraries.bigDecimals()
                    .between(
                        new BigDecimal("-999999999.999999"), new BigDecimal("999999999.999999"))
                    .ofScale(6)
                    .map(BigDecimal::toPlainString)),
            Tuple.of(3, Arbitraries.of("0", "-0.000001", "999999999.999999")),
            Tuple.of(1, Arbitraries.just("NaN")));
    return Combinators.combine(
            Arbitraries.integers().between(1, 2),
            Arbitraries.integers().between(0, 3),
            Arbitraries.integers().between(0, 86_399),
            value)
        .as(Sample::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(30);
  }
}
