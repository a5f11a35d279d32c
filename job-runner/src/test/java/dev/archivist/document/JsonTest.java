package dev.archivist.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
  /** As the engine of PostgreSQL 15 wrote it, keys in jsonb's order. */
  private static final String PLAN =
      """
      {"kind": "move", "rows": 2, "scan": "index", "bytes": 210, "holds": [{"to": null, "from":\
       "2022-01-01T00:00:00Z", "hold": "aae297b3-8559-4088-b80e-1329762e0c95", "kind": "legal",\
       "table": "public.scenario_logs", "until": null, "reason": "r", "matching": "{\\"source\\": \\"x\\"}"}], "steps": [{"seq": 0,\
       "system": "postgresql", "command": "SELECT archive.begin_job('logs')", "command_about":\
       "open the job"}], "cutoff": "2025-11-26T03:17:06.25428Z", "policy": "logs", "source":\
       "public.scenario_logs", "archive": "public.scenario_logs_archive", "windows": [{"to":\
       "2023-12-01T00:00:00Z", "from": "2023-11-01T00:00:00Z", "rows": 2, "bytes": 210, "month":\
       "2023-11", "partition": "scenario_logs_archive_2023_11", "partition_missing": true}],\
       "refusals": [], "warnings": ["1 rows stay"], "held_rows": 201, "batch_rows": 10000,\
       "partitions_to_make": ["scenario_logs_archive_2023_11"]}
      """;

  /** The expected hash was computed outside of Java, from the same fields. */
  @Test
  void theHashOfAPlanIsThatOfItsJsonWithSortedKeys() {
    RunFile file =
        RunFile.of(
            "postgresql",
            Json.read(PLAN, Plan.class),
            OffsetDateTime.parse("2026-11-26T08:47:06.25428+05:30"));

    assertThat(file.tableName()).isEqualTo("scenario_logs");
    assertThat(Json.instant(file.archivalDateTime())).isEqualTo("2026-11-26T03:17:06Z");
    assertThat(file.hash())
        .isEqualTo("b67884e486473fdd48170929ec9fbb1bbc3eddd13c309c535f2deed4213008d2");
  }

  @Test
  void whatIsReadIsWrittenAgain() {
    assertThat(Json.read(Json.line(Json.read(PLAN, Plan.class)), Map.class))
        .isEqualTo(Json.read(PLAN, Map.class));
    for (String month :
        List.of(
            "{\"month\":\"2024-02\",\"ok\":true,\"rows\":3}",
            "{\"table\":\"public.child\",\"month\":\"2024-02\",\"ok\":true,\"rows\":3}",
            "{\"month\":\"2024-02\",\"ok\":false,\"rows\":0,\"ledger\":{\"rows\":1,\"bytes\":2,"
                + "\"source_rows\":1,\"oldest\":\"2024-02-01T00:00:00+00:00\",\"newest\":null,"
                + "\"digest\":\"1:-2\"},\"journal\":null,\"data\":null,\"batches\":[{\"batch\":null,"
                + "\"job\":null,\"problem\":\"unknown\",\"journal\":null,\"data\":{\"rows\":1,"
                + "\"bytes\":2,\"digest\":\"1:-2\"}}]}")) {
      String rows = "{\"policy\":\"logs\",\"ok\":true,\"rows\":3,\"months\":[" + month + "]}";
      assertThat(Json.line(Json.read(rows, VerifiedRows.class))).isEqualTo(rows);
    }
  }

  /** An engine in the database may be newer than the program. */
  @Test
  void fieldsThatAreNotKnownAreNotRead() {
    assertThat(
            Json.read(
                "{\"what\": \"w\", \"why\": \"y\", \"hint\": \"h\", \"new\": 1}", Refusal.class))
        .isEqualTo(new Refusal("w", "y", "h"));
  }

  @Test
  void instantsAreInUtcAndHaveSeconds() {
    assertThat(Json.instant(OffsetDateTime.parse("2026-11-26T05:30+05:30")))
        .isEqualTo("2026-11-26T00:00:00Z");
    assertThat(Json.instant(null)).isNull();
  }

  @Test
  void whatWasNotAskedForIsLeftOut() {
    OffsetDateTime from = OffsetDateTime.parse("2024-01-01T00:00Z");
    Map<String, String> where = new LinkedHashMap<>();
    where.put("source", "a\"b");

    assertThat(Json.line(new RestoreOptions(from, from.plusDays(1), null, null, Map.of())))
        .isEqualTo("{\"from\":\"2024-01-01T00:00:00Z\",\"to\":\"2024-01-02T00:00:00Z\"}");
    assertThat(Json.line(new RestoreOptions(from, from.plusDays(1), "t", "0", where)))
        .endsWith(",\"into\":\"t\",\"hold\":\"0\",\"where\":{\"source\":\"a\\\"b\"}}");
  }
}
