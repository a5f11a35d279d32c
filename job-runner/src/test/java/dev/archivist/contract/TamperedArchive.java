package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.purge.BinEntry;
import dev.archivist.testing.PurgeJob;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An archive of notes, and ways to change it by hand and see what verifying says. */
abstract class TamperedArchive extends EngineContract {
  static final String ARCHIVE = "public.notes_archive";

  /** Two columns of one type, and two that other kinds of policies leave out of their digest. */
  void archiveNotes() {
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

  void assertAllAreSeen(String policy, Map<String, List<String>> changes) throws SQLException {
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
  String binOneMonth() {
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

  static List<String> swapped(String table, String one, String other) {
    return List.of(
        "ALTER TABLE " + table + " RENAME COLUMN " + one + " TO swap",
        "ALTER TABLE " + table + " RENAME COLUMN " + other + " TO " + one,
        "ALTER TABLE " + table + " RENAME COLUMN swap TO " + other);
  }
}
