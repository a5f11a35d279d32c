package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The same of what waits in the bin, and of what the bin says of itself. */
abstract class BinTamperContract extends TamperedArchive {
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
}
