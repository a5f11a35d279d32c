package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.testing.JobSession;
import dev.archivist.testing.TestDatabase;
import dev.archivist.testing.TestLength;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
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
          "CREATE TABLE public.put (LIKE public.scenario_metrics)");
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
                SELECT scenario_id, timestamp, value_sum, sample_count, value_min, value_max, value
                FROM scenario_metrics_archive ORDER BY 1, 2
                """))
        .isEqualTo(
            db.rows(
                """
                SELECT scenario_id, date_trunc('day', timestamp, 'UTC'), sum(value), count(*),
                  min(value), max(value), round(sum(value) / count(*), 6)
                FROM put GROUP BY 1, 2 ORDER BY 1, 2
                """));
    assertThat(db.archive().verify("metrics").ok()).isTrue();
  }

  private static void run() {
    try (JobSession session = JobSession.open(db.database(), "metrics")) {
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
