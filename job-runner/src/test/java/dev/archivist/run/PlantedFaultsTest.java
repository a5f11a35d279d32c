package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.archivist.engine.policy.Policies;
import dev.archivist.engine.verify.Verification;
import dev.archivist.run.Faults.Archived;
import dev.archivist.testing.Archivist;
import dev.archivist.testing.JobSession;
import dev.archivist.testing.TestDatabase;
import dev.archivist.testing.TestLength;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Single faults, one at a time, in what was archived: each is found, in its month and in its batch
 * and nowhere else, and where there is none nothing is found. Two hundred in the short form, a
 * thousand in the long one.
 */
class PlantedFaultsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long SEED = 20_261_120;

  private static final Archived LOGS =
      new Archived(
          "logs",
          "public.scenario_logs_archive",
          "received_at",
          List.of(
              "ALTER TABLE public.scenario_logs_archive DROP CONSTRAINT scenario_logs_archive_pkey"),
          List.of(
              "id = " + flipped("id"),
              "scenario_id = " + flipped("scenario_id"),
              "received_at = received_at + interval '1 us'",
              "message_hash = overlay(message_hash PLACING chr(ascii(substr(message_hash, {bit} + 1)) # 1) FROM {bit} + 1)",
              "message_preview = CASE WHEN message_preview IS NULL THEN '' END",
              "message_preview = coalesce(message_preview, 'null') || ' '",
              "source = upper(source)",
              "size_bytes = size_bytes # (1 << {bit})",
              "has_pii = NOT has_pii",
              "token_count = token_count # (1 << {bit})",
              "sqs_blocks = sqs_blocks # (1 << {bit})"),
          "size_bytes",
          true,
          true);

  private static final Archived METRICS =
      new Archived(
          "metrics",
          "public.scenario_metrics_archive",
          "timestamp",
          List.of(
              "ALTER TABLE public.scenario_metrics_archive DROP CONSTRAINT scenario_metrics_archive_pkey",
              "DROP INDEX public.ux_scenario_metrics_archive_daily"),
          List.of(
              "id = " + flipped("id"),
              "scenario_id = " + flipped("scenario_id"),
              "timestamp = timestamp + interval '1 us'",
              "metric_type = metric_type || ' '",
              "metric_name = upper(metric_name)",
              "value = value + 0.000001",
              "value_sum = value_sum - 0.000001",
              "value_sum = value_sum * 1.0", // equal, but for a digit after the point
              "value_min = value_min - 1",
              "value_max = value_max + 1",
              "unit = unit || unit",
              "extra_data = '{\"a\": null}'",
              "extra_data = NULL",
              "is_aggregated = false",
              "aggregation_period = 'Daily'",
              "sample_count = sample_count # (1 << {bit}) & 2147483647 | 1073741824"),
          "value_sum",
          false,
          true);

  private static final Archived REPORTS =
      new Archived(
          "reports",
          "public.reports_archive",
          "created_at",
          List.of("ALTER TABLE public.reports_archive DROP CONSTRAINT reports_archive_pkey"),
          List.of(
              "id = " + flipped("id"),
              "scenario_id = " + flipped("scenario_id"),
              "format = 'PDF'",
              "file_path = file_path || ' '",
              "file_size_bytes = file_size_bytes # (1 << {bit})",
              "generated_by = ''",
              "extra_data = '[]'",
              "created_at = created_at + interval '1 us'",
              "s3_location = s3_location || '.'",
              "content_bytes = content_bytes + (1 << {bit})",
              "content_sha256 = reverse(content_sha256)",
              "object_bytes = object_bytes + 4294967296",
              "object_sha256 = overlay(object_sha256 PLACING chr(ascii(substr(object_sha256, {bit} + 1)) # 1) FROM {bit} + 1)"),
          "file_size_bytes",
          true,
          false);

  @TempDir private static Path home;

  private static ReportWorld world;

  private static String flipped(String uuid) {
    return "encode(set_bit(uuid_send(%1$s), {bit} * 4, 1 - get_bit(uuid_send(%1$s), {bit} * 4)), 'hex')::uuid"
        .formatted(uuid);
  }

  @BeforeAll
  static void archive() {
    world = new ReportWorld(home);
    TestDatabase db = world.db;
    db.execute(
        "UPDATE archive.policies SET batch_rows = 17 WHERE name IN ('logs', 'metrics')",
        """
        INSERT INTO public.scenario_logs
        SELECT gen_random_uuid(), md5((g % 3)::text)::uuid, timestamptz '2020-01-03Z' + g * interval '35 hours',
          md5(g::text), CASE WHEN g % 5 > 0 THEN 'line ' || g END, 'api', g, g % 3 = 0, g % 50, 1
        FROM generate_series(1, 120) g
        """,
        """
        INSERT INTO public.scenario_metrics
        SELECT gen_random_uuid(), md5((g % 2)::text)::uuid, timestamptz '2020-01-03Z' + g * interval '19 hours',
          'latency', 'p' || g % 2, g * 1.5, 'ms', '{}'
        FROM generate_series(1, 220) g
        """);
    for (int i = 0; i < 18; i++) {
      world.report("report " + i + ".pdf");
    }
    db.execute(
        """
        UPDATE public.reports SET created_at = r.at, file_size_bytes = r.n
        FROM (SELECT id, row_number() OVER (ORDER BY id) AS n,
            pg_catalog.now() - interval '200 days' - row_number() OVER (ORDER BY id) * interval '9 days' AS at
          FROM public.reports) r
        WHERE r.id = reports.id
        """);
    assertThat(world.run().status()).isEqualTo("completed");
    run(db, "logs");
    run(db, "metrics");
  }

  private static void run(TestDatabase db, String policy) {
    try (JobSession session = JobSession.open(db.database(), policy)) {
      session.begin();
      boolean done;
      do {
        done = session.runBatch().done();
      } while (!done);
      session.finish("completed", null);
    }
  }

  @AfterAll
  static void close() {
    world.close();
  }

  @Test
  void findsEachFaultInMovedRows() throws Exception {
    plant(LOGS, TestLength.of(90, 450));
  }

  @Test
  void findsEachFaultInDailyValues() throws Exception {
    plant(METRICS, TestLength.of(60, 300));
  }

  @Test
  void findsEachFaultInReportsRows() throws Exception {
    plant(REPORTS, TestLength.of(30, 150));
  }

  private static void plant(Archived archived, int number) throws Exception {
    Faults faults = new Faults(world.db, archived, new Random(SEED));
    Map<String, Integer> planted = new TreeMap<>();
    try (Connection connection = world.db.connect()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < number; i++) {
        Fault fault = faults.next();
        planted.merge(fault.kind().replaceFirst(": .*", ""), 1, Integer::sum);
        plant(connection, fault);
        JsonNode found = verify(connection, archived);
        assertThat(months(found)).as("fault %d: %s\n%s", i, fault, found).isEqualTo(fault.months());
        assertThat(batches(found))
            .as("fault %d: %s\n%s", i, fault, found)
            .isEqualTo(fault.batches());
        connection.rollback();
        if (i % 10 == 0) {
          JsonNode clean = verify(connection, archived);
          assertThat(clean.path("ok").asBoolean()).as("nothing planted: %s", clean).isTrue();
          connection.rollback();
        }
      }
    }
    assertThat(planted.size()).as("%s", planted).isGreaterThan(12);
  }

  private static void plant(Connection connection, Fault fault) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL search_path = pg_catalog");
      int rows = 0;
      for (String sql : fault.statements()) {
        statement.execute(sql);
        rows = statement.getUpdateCount();
      }
      assertThat(rows).as("%s", fault).isBetween(1, 2);
    }
  }

  private static JsonNode verify(Connection connection, Archived archived) throws Exception {
    return JSON.readTree(
        Verification.verify(connection, Policies.named(connection, archived.policy())));
  }

  /**
   * Whose rows differ. That the table has lost its unique index, so that a row could come twice, is
   * seen in all months.
   */
  private static Set<String> months(JsonNode found) {
    Set<String> months = new TreeSet<>();
    for (JsonNode month : found.path("months")) {
      JsonNode ledger = month.path("ledger");
      boolean sameRows =
          month.path("batches").isEmpty()
              && ledger.equals(month.path("data"))
              && Stream.of("rows", "bytes", "source_rows", "digest")
                  .allMatch(sum -> ledger.path(sum).equals(month.path("journal").path(sum)));
      if (!month.path("ok").asBoolean() && !sameRows) {
        months.add(month.path("month").asText());
      }
    }
    assertThat(found.path("ok").asBoolean()).isEqualTo(months.isEmpty());
    return months;
  }

  private static Set<String> batches(JsonNode found) {
    Set<String> batches = new TreeSet<>();
    for (JsonNode month : found.path("months")) {
      month.path("batches").forEach(batch -> batches.add(batch.path("batch").asText()));
    }
    return batches;
  }

  @Test
  void findsEachFaultInReportsObjects() throws IOException {
    Random random = new Random(SEED);
    List<List<String>> reports =
        world.db.rows("SELECT id, s3_location FROM public.reports_archive ORDER BY created_at");
    for (int i = 0; i < TestLength.of(20, 100); i++) {
      List<String> report = reports.get(random.nextInt(reports.size()));
      Path object = Path.of(java.net.URI.create(report.get(1)));
      byte[] bytes = Files.readAllBytes(object);
      boolean shallow = random.nextBoolean();
      if (shallow) {
        differentlyLong(random, object, bytes);
      } else {
        differentBits(random, object, bytes);
      }

      VerifyOutcome verified = verifyReports(!shallow);

      assertThat(verified.objects().orElseThrow().problems())
          .as("fault %d", i)
          .extracting(VerifyOutcome.Problem::report)
          .containsExactly(report.get(0));
      assertThat(verified.exitCode()).isEqualTo(1);
      assertThat(verified.rows().ok()).isTrue();
      Files.write(object, bytes);
      if (i % 10 == 0) {
        assertThat(verifyReports(true).exitCode()).isZero();
      }
    }
  }

  private static void differentlyLong(Random random, Path object, byte[] bytes) throws IOException {
    switch (random.nextInt(4)) {
      case 0 -> Files.delete(object);
      case 1 -> Files.write(object, java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length)));
      case 2 -> Files.write(object, java.util.Arrays.copyOf(bytes, bytes.length + 1));
      default -> Files.write(object, new byte[0]);
    }
  }

  private static void differentBits(Random random, Path object, byte[] bytes) throws IOException {
    byte[] changed = bytes.clone();
    changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
    Files.write(object, changed);
  }

  private static VerifyOutcome verifyReports(boolean deep) {
    return new Verifier(
            world.db.database(), world.db.settings(), VerifyProgress.SILENT, any -> world.store())
        .verify("reports", Optional.empty(), deep);
  }

  @Test
  void theCommandSaysWhereAFaultIsAndEndsWithOne() throws Exception {
    Archivist archivist =
        Archivist.on(world.db, home).with("ARCHIVE_STORE_URI", home.resolve("store").toString());
    List<String> row =
        world
            .db
            .rows("SELECT id, archive_batch_id FROM public.scenario_logs_archive LIMIT 1")
            .get(0);
    String change = "UPDATE public.scenario_logs_archive SET sqs_blocks = %d WHERE id = '%s'";
    assertThat(archivist.run("verify").code()).isZero();

    world.db.execute(change.formatted(2, row.get(0)));
    try {
      Archivist.Result logs = archivist.run("verify", "--logs");
      assertThat(logs.code()).isEqualTo(1);
      assertThat(logs.out()).contains("logs: DIFFERENT", "  2020-0", "batch " + row.get(1));
      assertThat(archivist.run("verify", "--metrics", "--reports", "--deep").code()).isZero();
      JsonNode json = JSON.readTree(archivist.run("verify", "--all", "--json").out());
      assertThat(json.path("ok").asBoolean()).isFalse();
      List<Boolean> each = new ArrayList<>();
      json.path("policies").forEach(policy -> each.add(policy.path("ok").asBoolean()));
      assertThat(each).containsExactly(false, true, true);
      assertThat(json.path("audit").path("ok").asBoolean()).isTrue();
    } finally {
      world.db.execute(change.formatted(1, row.get(0)));
    }
    assertThat(archivist.run("verify").code()).isZero();
  }
}
