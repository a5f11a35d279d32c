package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.archivist.testing.Archivist;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What status says about the disk. */
class StatusCommandTest {
  private static final String PARTS =
      "SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree(?::regclass)";

  @TempDir Path home;

  private static JsonNode logsOnDisk(Archivist archivist) throws IOException {
    Archivist.Result result = archivist.run("status", "--json");
    assertThat(result.err()).isEmpty();
    for (JsonNode each : new ObjectMapper().readTree(result.out()).path("disk")) {
      if (each.path("policy").asText().equals("logs")) {
        return each;
      }
    }
    throw new AssertionError("no sizes of logs");
  }

  @Test
  void saysWhatLiveTablesArchivesAndBinTakeToWhoeverMayLook() throws Exception {
    try (TestDatabase db = TestDatabase.migrated()) {
      LiveData.logs(db, 3000);
      assertThat(Archivist.on(db, home).run("run", "--logs").code()).isZero();
      db.execute(
          "UPDATE archive.policies SET keep_for = interval '30 months' WHERE name = 'logs'",
          "DO $$ BEGIN CREATE ROLE looker LOGIN PASSWORD 'pw';"
              + " EXCEPTION WHEN duplicate_object THEN NULL; END $$",
          "GRANT archive_reader TO looker");
      assertThat(Archivist.on(db, home).run("purge", "--logs").code()).isZero();
      Archivist looker =
          Archivist.on(db, home).with("DATABASE_URL", db.cluster().url(db.name(), "looker", "pw"));

      JsonNode disk = logsOnDisk(looker);

      assertThat(disk.path("live_bytes").asLong())
          .isEqualTo(db.number("SELECT pg_total_relation_size('public.scenario_logs')"))
          .isPositive();
      assertThat(disk.path("archive_bytes").asLong())
          .isEqualTo(db.number(PARTS, "public.scenario_logs_archive"))
          .isPositive();
      assertThat(disk.path("bin_bytes").asLong())
          .isEqualTo(
              db.number(
                  "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r'"
                      + " AND relnamespace = 'archive_bin'::regnamespace"))
          .isPositive();
      assertThat(looker.run("status").out())
          .containsPattern("on disk +live +archive +bin\n")
          .containsPattern("\n  logs +[\\d.]+ KiB +[\\d.]+ [KM]iB +[\\d.]+ [KM]iB\n");
    }
  }

  @Test
  void saysUnknownOfATableThatSomebodyAltersAndWaitsForNone() throws Exception {
    try (TestDatabase db = TestDatabase.migrated();
        Connection altering = db.connect();
        Statement statement = altering.createStatement()) {
      altering.setAutoCommit(false);
      statement.execute("LOCK TABLE public.scenario_logs_archive IN ACCESS EXCLUSIVE MODE");
      Archivist archivist = Archivist.on(db, home);
      JsonNode disk = logsOnDisk(archivist);
      altering.rollback();

      assertThat(disk.path("archive_bytes").isNull()).isTrue();
      assertThat(disk.path("live_bytes").asLong()).isPositive();
      assertThat(logsOnDisk(archivist).path("archive_bytes").isNull()).isFalse();
    }
  }
}
