package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.archivist.engine.error.ArchiveError;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is changed by hand of what was archived, verifying sees it. */
abstract class TamperContract extends TamperedArchive {
  @Test
  void whateverIsChangedInAnArchiveOfRowsIsSeen() throws SQLException {
    archiveNotes();
    Map<String, List<String>> changes = new LinkedHashMap<>();
    changes.put("names swapped", swapped(ARCHIVE, "a", "b"));
    List<String> both = new ArrayList<>(swapped(ARCHIVE, "a", "b"));
    both.addAll(swapped("public.notes", "a", "b"));
    changes.put("names swapped in both tiers", both);
    changes.put("renamed", List.of("ALTER TABLE " + ARCHIVE + " RENAME COLUMN a TO c"));
    changes.put(
        "renamed in both tiers",
        List.of(
            "ALTER TABLE " + ARCHIVE + " RENAME COLUMN a TO c",
            "ALTER TABLE public.notes RENAME COLUMN a TO c"));
    changes.put("type", List.of("ALTER TABLE " + ARCHIVE + " ALTER COLUMN n TYPE bigint"));
    changes.put(
        "type whose values look the same",
        List.of(
            "ALTER TABLE " + ARCHIVE + " ALTER COLUMN a TYPE varchar(99)",
            "ALTER TABLE public.notes ALTER COLUMN a TYPE varchar(99)"));
    changes.put("dropped", List.of("ALTER TABLE " + ARCHIVE + " DROP COLUMN b"));
    for (String set :
        List.of(
            "a = 'x'",
            "b = NULL",
            "n = n + 1",
            "deleted_locally = NOT deleted_locally",
            "object_expires_at = object_expires_at + interval '1 microsecond'",
            "at = at + interval '1 microsecond'",
            "archived_at = archived_at + interval '1 microsecond'",
            "archive_batch_id = gen_random_uuid()",
            "archive_batch_id = NULL")) {
      changes.put(set, List.of("UPDATE " + ARCHIVE + " SET " + set + " WHERE at < '2020-01-15Z'"));
      changes.put(set + " everywhere", List.of("UPDATE " + ARCHIVE + " SET " + set));
    }
    changes.put("deleted", List.of("DELETE FROM " + ARCHIVE + " WHERE id = 3"));
    changes.put(
        "added",
        List.of(
            "INSERT INTO "
                + ARCHIVE
                + " SELECT 99, at, a, b, n, deleted_locally, object_expires_at, archived_at, archive_batch_id FROM "
                + ARCHIVE
                + " WHERE id = 3"));
    changes.put(
        "values exchanged between rows",
        List.of(
            "UPDATE "
                + ARCHIVE
                + " SET a = CASE id WHEN 0 THEN 'a1' ELSE 'a0' END WHERE id IN (0, 1)"));
    changes.put(
        "partition detached",
        List.of("ALTER TABLE " + ARCHIVE + " DETACH PARTITION public.notes_archive_2020_01"));
    changes.put(
        "partition attached",
        List.of(
            "CREATE TABLE public.forged (LIKE " + ARCHIVE + " INCLUDING ALL)",
            "ALTER TABLE public.forged OWNER TO archive_owner",
            "INSERT INTO public.forged SELECT 77, '2019-01-05Z', 'a', 'b', 1, false, NULL, archived_at, archive_batch_id"
                + " FROM "
                + ARCHIVE
                + " WHERE id = 0",
            "ALTER TABLE "
                + ARCHIVE
                + " ATTACH PARTITION public.forged FOR VALUES FROM ('2019-01-01Z') TO ('2019-02-01Z')"));
    for (String bounds :
        List.of(
            "FROM (MINVALUE) TO ('2019-01-01Z')",
            "FROM ('0050-03-01Z BC') TO ('0050-04-01Z BC')",
            "FROM ('0050-03-01Z BC') TO ('2019-01-01Z')")) {
      changes.put(
          "before Christ, " + bounds,
          List.of(
              "CREATE TABLE public.forged (LIKE " + ARCHIVE + " INCLUDING ALL)",
              "ALTER TABLE public.forged OWNER TO archive_owner",
              "INSERT INTO public.forged SELECT 77, '0050-03-05Z BC', 'a', 'b', 1, false, NULL, archived_at,"
                  + " archive_batch_id FROM "
                  + ARCHIVE
                  + " WHERE id = 0",
              "ALTER TABLE " + ARCHIVE + " ATTACH PARTITION public.forged FOR VALUES " + bounds));
    }
    for (String end : List.of("4714-11-24Z BC", "-infinity", "294276-12-31Z", "infinity")) {
      changes.put(
          "at the end of time, " + end,
          List.of(
              "CREATE TABLE public.forged PARTITION OF " + ARCHIVE + " DEFAULT",
              "ALTER TABLE public.forged OWNER TO archive_owner",
              "INSERT INTO public.forged SELECT 77, '"
                  + end
                  + "', 'a', 'b', 1, false, NULL, archived_at, archive_batch_id FROM "
                  + ARCHIVE
                  + " WHERE id = 0"));
    }
    assertAllAreSeen("notes", changes);
  }

  /** What was archived as the one would be read as the other. */
  @ParameterizedTest
  @ValueSource(strings = {"public.pay", "public.pay[]", "public.paid_once", "public.of_pay"})
  void attributesThatChangeTheirNamesWithEachOtherAreSeen(String type) {
    clock("2026-03-05T12:00:00Z");
    db.execute(
        "CREATE TYPE public.pay AS (debit integer, credit integer)",
        "CREATE DOMAIN public.paid_once AS public.pay CHECK (true)",
        "CREATE TYPE public.of_pay AS (name text, pays public.pay[])",
        "CREATE TABLE public.paid (at timestamptz NOT NULL, p " + type + ")",
        "INSERT INTO public.paid VALUES ('2020-01-05Z', NULL)");
    movePolicy("paid", "paid", "paid_archive", "at");
    run("paid");
    assertLedgerIsRight("paid");

    db.execute(
        "ALTER TYPE public.pay RENAME ATTRIBUTE debit TO x",
        "ALTER TYPE public.pay RENAME ATTRIBUTE credit TO debit",
        "ALTER TYPE public.pay RENAME ATTRIBUTE x TO credit");

    JsonNode verified = json(db.archive().verify("paid"));
    assertThat(verified.get("ok").asBoolean()).isFalse();
    assertThat(verified.at("/months/0/columns/0/is").asText()).contains("2 debit integer");
  }

  @Test
  void whateverIsChangedInDailyValuesIsSeen() throws SQLException {
    clock("2026-03-05T12:00:00Z");
    fillMetrics(300);
    batchRows("metrics", 5);
    run("metrics");
    assertThat(
            db.number(
                "SELECT count(*) FROM (SELECT month FROM archive.batches WHERE policy = 'metrics'"
                    + " GROUP BY month HAVING count(*) > 1) AS several"))
        .isPositive();
    Map<String, List<String>> changes = new LinkedHashMap<>();
    for (String set :
        List.of(
            "archived_at = archived_at + interval '1 microsecond'",
            "archived_at = archived_at - interval '1 day'",
            "value = value + 1",
            "value_sum = value_sum + 1",
            "value_min = value_min - 1",
            "sample_count = sample_count + 1",
            "unit = 'x'",
            "archive_batch_id = gen_random_uuid()")) {
      changes.put(set, List.of("UPDATE public.scenario_metrics_archive SET " + set));
    }
    String path = "SET LOCAL search_path = pg_catalog, pg_temp";
    String others =
        " FROM archive.batches AS b WHERE b.policy = 'metrics' AND b.batch_id <> kept.archive_batch_id"
            + " AND b.month = (date_trunc('month', kept.timestamp, 'UTC') AT TIME ZONE 'UTC')::date";
    String restamped =
        "UPDATE public.scenario_metrics_archive AS kept SET (archive_batch_id, archived_at) ="
            + " (SELECT b.batch_id, b.archived_at"
            + others
            + " ORDER BY b.batch_id LIMIT 1) WHERE ";
    changes.put(
        "another batch of the month, with its stamp, everywhere",
        List.of(path, restamped + "EXISTS (SELECT" + others + ")"));
    changes.put(
        "another batch of the month, with its stamp",
        List.of(
            path,
            restamped
                + "id = (SELECT min(kept.id::text)::uuid FROM public.scenario_metrics_archive AS kept"
                + " WHERE EXISTS (SELECT"
                + others
                + "))"));
    changes.put(
        "without a stamp",
        List.of(
            path,
            "ALTER TABLE public.scenario_metrics_archive ALTER COLUMN archived_at DROP NOT NULL",
            "DO $$ DECLARE part regclass; BEGIN FOR part IN SELECT inhrelid FROM pg_inherits"
                + " WHERE inhparent = 'public.scenario_metrics_archive'::regclass LOOP"
                + " EXECUTE format('ALTER TABLE %s ALTER COLUMN archived_at DROP NOT NULL', part); END LOOP; END $$",
            "UPDATE public.scenario_metrics_archive SET archived_at = NULL"
                + " WHERE id = (SELECT min(id::text)::uuid FROM public.scenario_metrics_archive)"));
    changes.put(
        "names swapped", swapped("public.scenario_metrics_archive", "value_min", "value_max"));
    assertAllAreSeen("metrics", changes);
  }

  /** Hidden from whoever verifies, a row could be there and not be counted. */
  @Test
  void rowLevelSecurityOfAnArchiveIsRefused() throws SQLException {
    archiveNotes();
    db.execute(
        "ALTER TABLE " + ARCHIVE + " ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE " + ARCHIVE + " FORCE ROW LEVEL SECURITY",
        "CREATE POLICY seen ON " + ARCHIVE + " USING (id < 5)");
    try (Login reader = new Login(db, "archive_reader");
        Connection connection = reader.connect()) {
      connection.setAutoCommit(false);
      assertThatThrownBy(() -> engine().verify(connection, "notes"))
          .hasMessageContaining("row-level security of public.notes_archive applies to role")
          .extracting(failure -> ((SQLException) failure).getSQLState())
          .isEqualTo(ArchiveError.POLICY_REFUSED.sqlState());
    }
  }

  @Test
  void aColumnThatIsNotWhatItWasIsRefusedUntilItIsAccepted() {
    archiveNotes();
    db.execute(
        "GRANT INSERT ON public.notes TO archive_owner",
        "INSERT INTO public.notes VALUES (11, '2020-02-01Z', 'late', 'b', 1, false, NULL)",
        "ALTER TABLE " + ARCHIVE + " RENAME COLUMN a TO c",
        "ALTER TABLE public.notes RENAME COLUMN a TO c");
    String range = "{\"from\": \"2020-01-01\", \"to\": \"2020-02-01\"}";

    assertThat(plan("notes").path("refusals").findValuesAsText("what"))
        .containsExactly(
            "column 3 of public.notes_archive was a text when rows were archived, and is c text");
    assertThatThrownBy(() -> run("notes")).hasMessageContaining("was a text");
    assertThatThrownBy(() -> restore("notes", range)).hasMessageContaining("was a text");
    assertThat(json(db.archive().restorePreview("notes", range)).path("refusals")).hasSize(1);
    assertThat(content("id", "public.notes")).hasSize(1);

    assertThat(db.value("SELECT archive.accept_columns('notes')")).isEqualTo("1");
    assertThat(
            db.rows(
                "SELECT details -> 'changed' ->> 'name' FROM archive.audit WHERE action = 'archived column changed'"))
        .containsExactly(List.of("[\"a\", \"c\"]"));
    assertLedgerIsRight("notes");
    run("notes");
    assertLedgerIsRight("notes");
    assertThat(restore("notes", range).restored()).isEqualTo(3);
    assertThat(content("id, c", "public.notes")).hasSize(3);
  }

  @Test
  void onlyTheOwnerAcceptsAndNobodyForges() throws SQLException {
    archiveNotes();
    for (String role : List.of("archive_reader", "archive_operator", "archive_owner")) {
      try (Login login = new Login(db, role);
          Connection connection = login.connect();
          Statement statement = connection.createStatement()) {
        assertThatThrownBy(() -> statement.execute("DELETE FROM archive.archived_columns"))
            .as(role)
            .hasMessageContaining("permission denied");
        assertThatThrownBy(
                () -> statement.execute("UPDATE archive.archived_columns SET name = 'x'"))
            .as(role)
            .hasMessageContaining("permission denied");
        if (!role.equals("archive_owner")) {
          assertThatThrownBy(() -> statement.execute("SELECT archive.accept_columns('notes')"))
              .as(role)
              .hasMessageContaining("permission denied");
        }
      }
    }
    assertThatThrownBy(() -> db.value("SELECT archive.accept_columns('nobody')"))
        .hasMessageContaining("there is no policy \"nobody\"");
  }
}
