package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Another table, or a view, is not the archive into which rows were put. */
abstract class ReplacedArchiveContract extends TamperedArchive {
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
}
