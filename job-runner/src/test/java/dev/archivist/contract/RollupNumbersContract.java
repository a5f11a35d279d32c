package dev.archivist.contract;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.testing.PolicySql;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Samples of every numeric type are added up without losing a digit, and what is no finite number
 * is counted apart.
 */
abstract class RollupNumbersContract extends EngineContract {
  private static final String COUNTS =
      ", nan_count integer, infinity_count integer, minus_infinity_count integer";

  /** A live table with samples of this type, its archive and a policy, all called odd. */
  private void samplesOf(String type, String counts) {
    db.execute(
        "CREATE TABLE public.odd (at timestamptz NOT NULL, name text NOT NULL, value "
            + type
            + " NOT NULL)",
        """
        CREATE TABLE public.odd_archive (LIKE public.odd, archived_at timestamptz,
          archive_batch_id uuid, is_aggregated boolean, aggregation_period text, sample_count integer,
          value_sum numeric, value_min %1$s, value_max %1$s %2$s) PARTITION BY RANGE (at)
        """
            .formatted(type, counts),
        "ALTER TABLE public.odd_archive OWNER TO archive_owner",
        "CREATE UNIQUE INDEX ON public.odd_archive (name, at) WHERE is_aggregated",
        """
        INSERT INTO archive.policies (name, kind, time_column, archive_after, settings)
        VALUES ('odd', 'rollup', 'at', '1 year', '{"value": "value", "series": ["name"]}')
        """,
        PolicySql.table("odd", "odd", "odd_archive"));
    lendToTheEngine("odd");
    db.execute("GRANT UPDATE (at) ON public.odd TO archive_owner");
  }

  private void samples(String day, String... values) {
    db.execute(
        Arrays.stream(values)
            .map("('%sT05:00:00Z', 'a', '%%s')".formatted(day)::formatted)
            .collect(joining(", ", "INSERT INTO public.odd VALUES ", "")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "smallint | 32767 32767 1 | -32768 | 32767",
        "integer | 2147483647 2147483647 | -5 | 4294967289",
        "bigint | 9223372036854775807 9223372036854775807 | 9223372036854775807 | 27670116110564327421",
        "numeric | 123456789012345678901234567890.5 0.00000000000000000001 | 1 | 123456789012345678901234567891.50000000000000000001",
        "numeric(20,3) | 0.125 99999999999999999.999 | 0.001 | 100000000000000000.125",
        "real | 0.1 0.2 16777217 | 3e38 | 300000000000000000000000000000016777216.3",
        "double precision | 0.1 0.2 | 0.30000000000000004 | 0.60000000000000004",
        "double precision | 12345678901234567 0.1 | 1.7976931348623157e308 | ",
        "double precision | 5e-324 0 | 0 | ",
        "real | 1e-45 0 | 0 | "
      })
  void sumsAreExact(String type, String first, String late, String sum) {
    samplesOf(type, COUNTS);
    samples("2020-01-01", first.split(" "));
    run("odd");
    samples("2020-01-01", late);
    run("odd");

    String expected =
        sum != null
            ? sum
            : db.value(
                "SELECT sum(v::%s::text::numeric) FROM unnest(?::text[]) v, set_config('extra_float_digits', '3', true)"
                    .formatted(type),
                "{" + first.replace(' ', ',') + "," + late + "}");
    assertThat(db.rows("SELECT trim_scale(value_sum), sample_count FROM odd_archive"))
        .containsExactly(
            List.of(
                db.value("SELECT trim_scale(?::numeric)", expected),
                String.valueOf(first.split(" ").length + 1)));
    assertLedgerIsRight("odd");
  }

  /** Not only the sum: what is given back is the sample, bit by bit. */
  @ParameterizedTest
  @CsvSource({
    "double precision, 0.1000000000000000055511151231257827",
    "double precision, 2.2250738585072011e-308",
    "real, 16777.217"
  })
  void aSampleThatIsAloneIsItsPeriodsValue(String type, String value) {
    samplesOf(type, COUNTS);
    samples("2020-01-01", value);

    run("odd");

    assertThat(
            db.value(
                "SELECT (value, value_min, value_max, value_sum::%1$s) = ('%2$s'::%1$s, '%2$s'::%1$s, '%2$s'::%1$s, '%2$s'::%1$s) FROM odd_archive"
                    .formatted(type, value)))
        .isEqualTo("t");
  }

  @ParameterizedTest
  @ValueSource(strings = {"real", "double precision", "numeric"})
  void whatIsNoFiniteNumberIsCountedApart(String type) {
    samplesOf(type, COUNTS);
    samples("2020-01-01", "1.5", "NaN", "2.5", "Infinity");
    samples("2020-01-02", "NaN", "-Infinity");
    run("odd");
    samples("2020-01-01", "-1", "NaN", "Infinity", "-Infinity");
    samples("2020-01-02", "NaN");
    samples("2020-01-03", "7");

    assertThat(plan("odd").get("warnings")).isEmpty();
    run("odd");

    assertThat(
            db.rows(
                """
                SELECT sample_count, value, value_sum, value_min, value_max, nan_count, infinity_count, minus_infinity_count
                FROM (SELECT at, sample_count, value::numeric(5, 1), trim_scale(value_sum) AS value_sum, value_min, value_max,
                  coalesce(nan_count, 0) AS nan_count, coalesce(infinity_count, 0) AS infinity_count,
                  coalesce(minus_infinity_count, 0) AS minus_infinity_count FROM odd_archive) AS kept
                ORDER BY at
                """))
        .containsExactly(
            List.of("8", "1.0", "3", "-1", "2.5", "2", "2", "1"),
            Arrays.asList("3", "NaN", "0", null, null, "2", "0", "1"),
            List.of("1", "7.0", "7", "7", "7", "0", "0", "0"));
    assertThat(db.number("SELECT count(*) FROM odd")).isZero();
    assertLedgerIsRight("odd");
  }

  /** An archive without the columns takes the others; the plan says which statement mends it. */
  @Test
  void whatTheArchiveCannotCountStays() {
    samplesOf("double precision", ", nan_count integer");
    samples("2020-01-01", "1.5", "2.5", "NaN", "Infinity", "Infinity", "3");
    String warning = plan("odd").get("warnings").get(0).asText();

    assertThat(run("odd").deleted()).isEqualTo(4);

    assertThat(db.rows("SELECT value_sum, sample_count, nan_count FROM odd_archive"))
        .containsExactly(List.of("7.0", "4", "1"));
    assertThat(column("SELECT value FROM odd")).containsExactly("Infinity", "Infinity");
    assertThat(db.number("SELECT records_left FROM archive.jobs")).isEqualTo(2);
    assertThat(column("SELECT DISTINCT message FROM archive.rows_left"))
        .containsExactly(
            "the sample is no finite number, and the archive has no column that counts such (SQLSTATE 23514)");
    String mends = "ALTER TABLE \"public\".\"odd_archive\" ADD COLUMN \"infinity_count\" integer;";
    assertThat(warning)
        .isEqualTo(
            "2 samples stay: value is Infinity, and public.odd_archive has no column that counts such; "
                + mends);

    db.execute(mends);
    run("odd");

    assertThat(db.rows("SELECT value_sum, sample_count, infinity_count FROM odd_archive"))
        .containsExactly(List.of("7.0", "6", "2"));
    assertLedgerIsRight("odd");
  }

  @Test
  void theUnifiedViewShowsLiveSamplesAsTheArchiveDoes() {
    samplesOf("real", COUNTS);
    db.execute("SELECT archive.make_unified_views('odd')");
    samples("2020-01-01", "0.1", "0.2", "NaN", "Infinity");
    String all =
        """
        SELECT sum(sample_count), sum(value_sum), min(value_min), max(value_max), sum(nan_count), sum(infinity_count),
          sum(minus_infinity_count)
        FROM (SELECT set_config('extra_float_digits', '1', true)) AS fixed, v_odd_all
        """;
    List<List<String>> before = db.rows(all);
    String conserved = db.archive().content("odd");

    run("odd");

    assertThat(before)
        .containsExactly(Arrays.asList("4", "0.3", "0.1", "0.2", "1", "1", null))
        .isEqualTo(db.rows(all));
    assertThat(db.archive().content("odd")).isEqualTo(conserved).isEqualTo("4 samples, sum 0.3");
  }

  @ParameterizedTest
  @CsvSource({
    "numeric, value_sum, double precision, numeric",
    "double precision, value_sum, double precision, numeric",
    "numeric(9;3), value_sum, numeric(9;2), numeric",
    "numeric, value_max, 'numeric(15;6)', numeric",
    "integer, value_min, smallint, integer"
  })
  void anArchiveThatWouldLoseDigitsIsRefused(
      String type, String column, String narrow, String wanted) {
    samplesOf(type.replace(';', ','), COUNTS);
    samples("2020-01-01", "1");
    db.execute(
        "ALTER TABLE public.odd_archive ALTER %s TYPE %s"
            .formatted(column, narrow.replace(';', ',')));

    assertRefused(
        db.database(),
        "odd",
        "column %s of public.odd_archive is %s".formatted(column, narrow.replace(';', ',')));

    assertThat(plan("odd").get("refusals").get(0).get("hint").asText())
        .isEqualTo(
            "ALTER TABLE \"public\".\"odd_archive\" ALTER COLUMN \"%s\" TYPE %s;"
                .formatted(column, wanted));
    db.execute(plan("odd").get("refusals").get(0).get("hint").asText());
    assertThat(run("odd").deleted()).isEqualTo(1);
  }

  @Test
  void whatIsNoNumberIsRefused() {
    samplesOf("interval", COUNTS);

    assertRefused(db.database(), "odd", "column value of public.odd is interval");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "value_sum",
        "value_min",
        "value_max",
        "sample_count",
        "is_aggregated",
        "aggregation_period"
      })
  void anArchiveWithoutAColumnIsRefused(String column) {
    samplesOf("integer", COUNTS);
    samples("2020-01-01", "1");
    db.execute("ALTER TABLE public.odd_archive DROP COLUMN " + column);

    assertRefused(db.database(), "odd", "public.odd_archive has no column " + column);

    db.execute(plan("odd").get("refusals").get(0).get("hint").asText());
    if (column.equals("is_aggregated")) {
      db.execute("CREATE UNIQUE INDEX ON public.odd_archive (name, at) WHERE is_aggregated");
    }
    assertThat(run("odd").deleted()).isEqualTo(1);
  }
}
