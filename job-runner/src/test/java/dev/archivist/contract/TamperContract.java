package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.purge.BinEntry;
import dev.archivist.testing.PurgeJob;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whatever is changed by hand of what was archived, verifying sees it. */
abstract class TamperContract extends EngineContract {
  private static final String ARCHIVE = "public.notes_archive";

  /** Two columns of one type, and two that other kinds of policies leave out of their digest. */
  private void archiveNotes() {
    clock("2026-03-05T12:00:00Z");
    db.execute(
        "CREATE TABLE public.notes (id int PRIMARY KEY, at timestamptz NOT NULL, a text, b text, n int,"
            + " deleted_locally boolean, object_expires_at timestamptz)",
        "INSERT INTO public.notes SELECT g, '2020-01-10Z'::timestamptz + g * interval '9 days', 'a' || g, 'b' || g, g,"
            + " g % 2 = 0, '2030-01-01Z' FROM generate_series(0, 9) g");
    movePolicy("notes", "notes", "notes_archive", "at");
    run("notes");
    assertLedgerIsRight("notes");
  }

  /** What verifying says after the statements, which are undone then. */
  private JsonNode verifiedAfter(Connection connection, String policy, List<String> statements)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        assertThat(statement.execute(sql)).isFalse();
      }
    }
    JsonNode verified = json(engine().verify(connection, policy));
    connection.rollback();
    return verified;
  }

  private void assertAllAreSeen(String policy, Map<String, List<String>> changes)
      throws SQLException {
    List<String> unseen = new ArrayList<>();
    try (Connection connection = db.connect()) {
      connection.setAutoCommit(false);
      for (Map.Entry<String, List<String>> change : changes.entrySet()) {
        if (verifiedAfter(connection, policy, change.getValue()).path("ok").asBoolean()) {
          unseen.add(change.getKey());
        }
      }
    }
    assertThat(unseen).as("changes that verifying does not see").isEmpty();
    assertLedgerIsRight(policy);
  }

  /** Takes January to the bin; the name of its table there. */
  private String binOneMonth() {
    db.execute("UPDATE archive.policies SET keep_for = interval '2 years' WHERE name = 'notes'");
    try (PurgeJob purge = PurgeJob.open(db.database(), "notes")) {
      purge.begin("{}");
      BinEntry entry = purge.record(Month.ofFirstDay("2020-01-01")).orElseThrow();
      purge.beginDetach(entry);
      purge.finishDetach(entry);
      purge.bin(entry);
      purge.finish("completed", null);
    }
    return "archive_bin." + quoted(db.value("SELECT table_name FROM archive.bin_tables"));
  }

  private static List<String> swapped(String table, String one, String other) {
    return List.of(
        "ALTER TABLE " + table + " RENAME COLUMN " + one + " TO swap",
        "ALTER TABLE " + table + " RENAME COLUMN " + other + " TO " + one,
        "ALTER TABLE " + table + " RENAME COLUMN swap TO " + other);
  }

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
    assertAllAreSeen("notes", changes);
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

  @Test
  void whateverIsChangedInTheBinIsSeen() throws SQLException {
    archiveNotes();
    String table = binOneMonth();
    JsonNode verified = json(db.archive().verify("notes"));
    assertThat(verified.path("ok").asBoolean()).as("%s", verified).isTrue();
    assertThat(verified.path("rows").asLong()).isEqualTo(7);
    assertThat(verified.path("months").findValuesAsText("bin"))
        .containsExactly(db.value("SELECT bin_id FROM archive.bin"));

    Map<String, List<String>> changes = new LinkedHashMap<>();
    for (String set :
        List.of(
            "a = 'x'",
            "deleted_locally = NULL",
            "archived_at = now() - interval '1 day'",
            "archive_batch_id = gen_random_uuid()")) {
      changes.put(set, List.of("UPDATE " + table + " SET " + set));
    }
    changes.put("deleted", List.of("DELETE FROM " + table + " WHERE id = 1"));
    changes.put("emptied", List.of("TRUNCATE " + table));
    changes.put("names swapped", swapped(table, "a", "b"));
    changes.put("column gone", List.of("ALTER TABLE " + table + " DROP COLUMN b"));
    changes.put("time renamed", List.of("ALTER TABLE " + table + " RENAME COLUMN at TO moment"));
    changes.put(
        "type whose values look the same",
        List.of("ALTER TABLE " + table + " ALTER COLUMN a TYPE varchar(99)"));
    changes.put(
        "type with another collation",
        List.of("ALTER TABLE " + table + " ALTER COLUMN a TYPE text COLLATE \"C\""));
    changes.put("owner", List.of("ALTER TABLE " + table + " OWNER TO CURRENT_USER"));
    changes.put("unlogged", List.of("ALTER TABLE " + table + " SET UNLOGGED"));
    changes.put(
        "another table in its place",
        List.of(
            "CREATE TABLE public.forged AS TABLE " + table,
            "DROP TABLE " + table,
            "ALTER TABLE public.forged SET SCHEMA archive_bin",
            "ALTER TABLE archive_bin.forged RENAME TO "
                + table.substring("archive_bin.".length())));
    changes.put(
        "its rows in a table that inherits",
        List.of(
            "CREATE UNLOGGED TABLE public.heir () INHERITS (" + table + ")",
            "ALTER TABLE public.heir OWNER TO archive_owner",
            "WITH moved AS (DELETE FROM ONLY "
                + table
                + " RETURNING *) INSERT INTO public.heir SELECT * FROM moved"));
    changes.put("table gone", List.of("DROP TABLE " + table));
    changes.put("table renamed", List.of("ALTER TABLE " + table + " RENAME TO elsewhere"));
    changes.put("table moved", List.of("ALTER TABLE " + table + " SET SCHEMA public"));
    for (String set :
        List.of(
            "policy = 'logs'",
            "month = '2019-12-01'",
            "state = 'dropped', ended_at = now()",
            "state = 'restored', ended_at = now()")) {
      changes.put("bin: " + set, List.of("UPDATE archive.bin SET " + set));
    }
    changes.put(
        "bin: said to be restored, and dropped",
        List.of(
            "UPDATE archive.bin SET state = 'restored', ended_at = now()", "DROP TABLE " + table));
    changes.put(
        "bin: said to be on its way, and changed",
        List.of("UPDATE archive.bin SET state = 'detaching'", "UPDATE " + table + " SET a = 'x'"));
    changes.put(
        "bin: said to be on its way, and dropped",
        List.of("UPDATE archive.bin SET state = 'detaching'", "DROP TABLE " + table));
    changes.put("bin: entry deleted", List.of("DELETE FROM archive.bin"));
    changes.put("bin: tables deleted", List.of("DELETE FROM archive.bin_tables"));
    for (String set :
        List.of(
            "position = 1",
            "table_name = 'elsewhere'",
            "partition_name = 'elsewhere'",
            "rows = rows + 1",
            "rows = 0",
            "bytes = bytes + 1",
            "source_rows = source_rows + 1",
            "oldest = oldest - interval '1 day'",
            "oldest = NULL",
            "newest = NULL",
            "newest = newest + interval '1 day'",
            "digest_a = digest_a + 1",
            "digest_b = digest_b - 1",
            "content = '{}'",
            "content = content[2:]",
            "types = '{}'",
            "types = types[2:] || types[1]",
            "properties = properties || 'UNIQUE (id)'::text")) {
      changes.put("bin_tables: " + set, List.of("UPDATE archive.bin_tables SET " + set));
    }
    assertAllAreSeen("notes", changes);
  }

  /**
   * The same rows in another table are not what was archived: it lets in what the first did not.
   */
  @Test
  void anotherTableInTheArchivesPlaceIsSeen() throws SQLException {
    clock("2026-03-05T12:00:00Z");
    db.execute(
        "CREATE TABLE public.other (id int PRIMARY KEY)",
        "INSERT INTO public.other VALUES (1)",
        "GRANT REFERENCES ON public.other TO archive_owner",
        "CREATE TABLE public.notes (id int PRIMARY KEY, at timestamptz NOT NULL, a text COLLATE \"C\")",
        "INSERT INTO public.notes SELECT g, '2020-01-10Z', 'a' || g FROM generate_series(0, 9) g",
        "CREATE TABLE public.notes_archive (LIKE public.notes, archived_at timestamptz NOT NULL,"
            + " archive_batch_id uuid, PRIMARY KEY (id, at), CONSTRAINT positive CHECK (id >= 0),"
            + " CHECK (at >= timestamptz '1900-01-01Z')) PARTITION BY RANGE (at)",
        "ALTER TABLE public.notes_archive OWNER TO archive_owner",
        "CREATE UNIQUE INDEX another ON public.notes_archive (a, id, at)");
    policyRow("notes", "notes", "notes_archive", "at");
    run("notes");
    assertLedgerIsRight("notes");
    // whoever looks at them writes values in another way
    db.execute(
        "SET TimeZone = 'Asia/Kolkata'; SET IntervalStyle = 'iso_8601'; SELECT archive.record_columns('notes')");
    assertLedgerIsRight("notes");
    String partition = "public.notes_archive_2020_01";
    Map<String, List<String>> changes = new LinkedHashMap<>();
    String readable = "GRANT SELECT ON " + ARCHIVE + " TO archive_owner";
    List<String> replaced =
        List.of(
            "CREATE TABLE public.copied AS TABLE " + ARCHIVE,
            "DROP TABLE " + ARCHIVE,
            "ALTER TABLE public.copied RENAME TO notes_archive",
            readable);
    changes.put("replaced by CREATE TABLE AS", replaced);
    List<String> owned = new ArrayList<>(replaced);
    owned.add("ALTER TABLE " + ARCHIVE + " OWNER TO archive_owner");
    changes.put("replaced by CREATE TABLE AS of the same owner", owned);
    changes.put(
        "replaced by one of the same owner, columns and partitions",
        List.of(
            "CREATE TABLE public.copied (LIKE " + ARCHIVE + ") PARTITION BY RANGE (at)",
            "ALTER TABLE public.copied OWNER TO archive_owner",
            "ALTER TABLE " + ARCHIVE + " DETACH PARTITION " + partition,
            "ALTER TABLE public.copied ATTACH PARTITION "
                + partition
                + " FOR VALUES FROM ('2020-01-01Z') TO ('2020-02-01Z')",
            "DROP TABLE " + ARCHIVE,
            "ALTER TABLE public.copied RENAME TO notes_archive"));
    changes.put(
        "replaced by one that is partitioned by texts that look like times",
        List.of(
            "CREATE TABLE public.copied (LIKE " + ARCHIVE + ") PARTITION BY RANGE (a)",
            "CREATE TABLE public.copied_1 PARTITION OF public.copied FOR VALUES FROM ('2026-99-99') TO ('2026-99-99z')",
            "CREATE TABLE public.copied_2 PARTITION OF public.copied DEFAULT",
            "INSERT INTO public.copied SELECT * FROM " + ARCHIVE,
            "ALTER TABLE public.copied OWNER TO archive_owner",
            "ALTER TABLE public.copied_1 OWNER TO archive_owner",
            "ALTER TABLE public.copied_2 OWNER TO archive_owner",
            "DROP TABLE " + ARCHIVE,
            "ALTER TABLE public.copied RENAME TO notes_archive"));
    changes.put("owner", List.of("ALTER TABLE " + ARCHIVE + " OWNER TO CURRENT_USER", readable));
    changes.put("key", List.of("ALTER TABLE " + ARCHIVE + " DROP CONSTRAINT notes_archive_pkey"));
    changes.put("check", List.of("ALTER TABLE " + ARCHIVE + " DROP CONSTRAINT positive"));
    changes.put(
        "check of the same name",
        List.of(
            "ALTER TABLE " + ARCHIVE + " DROP CONSTRAINT positive",
            "ALTER TABLE " + ARCHIVE + " ADD CONSTRAINT positive CHECK (id >= -1)"));
    changes.put("unique index", List.of("DROP INDEX public.another"));
    for (String columns :
        List.of(
            "(a text_pattern_ops, id, at)",
            "(a COLLATE \"POSIX\", id, at)",
            "(a, id, at) NULLS NOT DISTINCT")) {
      changes.put(
          "unique index of " + columns,
          List.of(
              "DROP INDEX public.another",
              "CREATE UNIQUE INDEX another ON public.notes_archive " + columns));
    }
    changes.put(
        "partition in another schema",
        List.of(
            "CREATE SCHEMA other AUTHORIZATION archive_owner",
            "ALTER TABLE " + partition + " SET SCHEMA other"));
    changes.put(
        "collation",
        List.of(
            "DROP INDEX public.another",
            "ALTER TABLE " + ARCHIVE + " ALTER COLUMN a TYPE text COLLATE \"POSIX\"",
            "CREATE UNIQUE INDEX another ON public.notes_archive (a, id, at)"));
    changes.put(
        "partition's owner", List.of("ALTER TABLE " + partition + " OWNER TO CURRENT_USER"));
    changes.put("partition unlogged", List.of("ALTER TABLE " + partition + " SET UNLOGGED"));
    assertAllAreSeen("notes", changes);

    // who means it says so
    db.execute("DROP INDEX public.another");
    JsonNode lost = json(db.archive().verify("notes")).path("months").get(0).path("lost");
    assertThat(lost).hasSize(1);
    assertThat(lost.get(0).asText()).isEqualTo("UNIQUE (a, id, at)");
    assertThat(db.value("SELECT archive.accept_columns('notes')")).isEqualTo("1");
    assertLedgerIsRight("notes");
    assertThat(
            db.rows(
                "SELECT details ->> 'property' FROM archive.audit WHERE action = 'archived property deleted'"))
        .containsExactly(List.of("UNIQUE (a, id, at)"));
    // what a table gains is what it must keep from the next job on
    db.execute("CREATE UNIQUE INDEX again ON public.notes_archive (a, at)");
    assertLedgerIsRight("notes");
    run("notes");
    db.execute("DROP INDEX public.again");
    assertThat(json(db.archive().verify("notes")).path("ok").asBoolean()).isFalse();
  }

  @Test
  void aViewInThePlaceOfATableOfTheBinIsRefused() throws SQLException {
    archiveNotes();
    String table = binOneMonth();
    db.execute(
        "ALTER TABLE " + table + " RENAME TO notes_real",
        "CREATE VIEW " + table + " AS SELECT * FROM archive_bin.notes_real");
    try (Connection connection = quietly()) {
      Failures.assertFails(() -> engine().verify(connection, "notes"), "ZA004")
          .hasMessageContaining("is not an ordinary table");
    }
  }

  /** What a view shows may be something else to whoever verifies. */
  @Test
  void aViewInTheArchivesPlaceIsRefused() throws SQLException {
    archiveNotes();
    db.execute(
        "ALTER TABLE " + ARCHIVE + " RENAME TO notes_real",
        "CREATE VIEW " + ARCHIVE + " AS SELECT * FROM public.notes_real",
        "ALTER VIEW " + ARCHIVE + " OWNER TO archive_owner");
    try (Connection connection = quietly()) {
      Failures.assertFails(() -> engine().verify(connection, "notes"), "ZA004")
          .hasMessageContaining("public.notes_archive is not an ordinary table");
    }
    assertThat(
            db.archive()
                .restorePreview("notes", "{\"from\": \"2020-01-01\", \"to\": \"2020-02-01\"}")
                .toString())
        .contains("public.notes_archive is not an ordinary table");
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
