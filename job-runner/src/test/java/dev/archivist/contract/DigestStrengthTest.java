package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.testing.JobSession;
import dev.archivist.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code docs/digest-strength.md} says that the digest cannot do, and what can. */
class DigestStrengthTest {
  private static final Path PAGE = Path.of("..", "docs", "digest-strength.md");

  private TestDatabase db;

  @BeforeEach
  void archiveOneMonth() {
    db = TestDatabase.migrated();
    db.execute(
        """
        INSERT INTO public.scenario_logs
        SELECT gen_random_uuid(), md5((g %% 7)::text)::uuid, '2020-03-01Z'::timestamptz + g * interval '1 minute',
          md5(g::text), 'line ' || g, 'api', 70000 + g, false, g, 1
        FROM generate_series(1, %d) g
        """
            .formatted(EqualSums.ROWS));
    try (JobSession session = JobSession.open(db.database(), "logs")) {
      session.begin();
      EngineContract.batches(session);
      session.finish("completed", null);
    }
  }

  @AfterEach
  void dropDatabase() {
    db.close();
  }

  @Test
  void otherRowsOfTheSameDigestAreFoundInSecondsAndOnlyASealTellsThemApart()
      throws IOException, SQLException {
    List<List<String>> sealed = seals();
    List<List<String>> rows =
        db.rows(
            """
            SELECT id, size_bytes, hash_record_extended(r, 1), hash_record_extended(r, 2)
            FROM public.scenario_logs_archive, LATERAL (
              SELECT ROW(sqs_blocks, token_count, has_pii, size_bytes, source COLLATE "C", message_preview COLLATE "C",
                message_hash COLLATE "C", timestamptz_send(received_at), scenario_id, id) AS r
            ) AS content
            ORDER BY id
            """);

    int[] sizes =
        new EqualSums(rows.stream().map(DigestStrengthTest::row).toList(), 6).find().orElseThrow();

    db.execute(
        IntStream.range(0, sizes.length)
            .mapToObj(
                i ->
                    "UPDATE public.scenario_logs_archive SET size_bytes = %d WHERE id = '%s'"
                        .formatted(sizes[i], rows.get(i).get(0)))
            .toArray(String[]::new));
    assertThat(
            db.value("SELECT count(*) FROM public.scenario_logs_archive WHERE size_bytes < 70000"))
        .isEqualTo(String.valueOf(EqualSums.ROWS));
    assertThat(db.archive().verify("logs").ok()).isTrue();
    assertThat(seals()).hasSameSizeAs(sealed).doesNotContainAnyElementsOf(sealed);
  }

  @Test
  void aSealSeesEachChangeOfAMonthAndNotTheOrderOfItsRows() throws IOException, SQLException {
    List<List<String>> sealed = seals();
    assertThat(sealed).hasSize(1);
    assertThat(sealed.get(0).subList(0, 2)).containsExactly("2020-03-01", "256");

    db.execute(
        "CREATE TABLE public.other_order AS SELECT * FROM public.scenario_logs_archive ORDER BY md5(id::text)",
        "TRUNCATE public.scenario_logs_archive",
        "INSERT INTO public.scenario_logs_archive SELECT * FROM public.other_order");
    assertThat(seals()).isEqualTo(sealed);
    for (String change :
        List.of(
            "id = gen_random_uuid()",
            "scenario_id = gen_random_uuid()",
            "received_at = received_at + interval '1 us'",
            "message_hash = upper(message_hash)",
            "message_preview = NULL",
            "message_preview = ''",
            "message_preview = ' '",
            "source = ''",
            "size_bytes = -size_bytes",
            "has_pii = NOT has_pii",
            "sqs_blocks = -sqs_blocks",
            "token_count = -token_count")) {
      db.execute("UPDATE public.scenario_logs_archive SET " + change + " WHERE token_count = 7");
      List<List<String>> changed = seals();
      assertThat(changed).as(change).hasSize(1).doesNotContainAnyElementsOf(sealed);
      sealed = changed;
    }
  }

  private static EqualSums.Row row(List<String> row) {
    return new EqualSums.Row(
        Integer.parseInt(row.get(1)), Long.parseLong(row.get(2)), Long.parseLong(row.get(3)));
  }

  /** By the recipe of the page. */
  private List<List<String>> seals() throws IOException, SQLException {
    List<String> recipes = DigestPageTest.recipes(PAGE);
    assertThat(recipes).hasSize(1);
    List<List<String>> seals = new ArrayList<>();
    try (Connection connection = db.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(DigestPageTest.settings());
      try (var rows = statement.executeQuery(recipes.get(0))) {
        while (rows.next()) {
          seals.add(List.of(rows.getString(1), rows.getString(2), rows.getString(3)));
        }
      }
    }
    return seals;
  }
}
