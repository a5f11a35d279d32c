package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.testing.JobSession;
import dev.archivist.testing.TestDatabase;
import dev.archivist.testing.TestLength;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Whatever is restored and archived again, in whichever ranges and batches: every row is in one
 * tier with its content, and ledger, journal and data agree.
 */
@AddLifecycleHook(TestLength.OfProperties.class)
abstract class RestoreProperties {
  private static final String CONTENT =
      "SELECT id, received_at, message_preview FROM public.scenario_logs UNION ALL"
          + " SELECT id, received_at, message_preview FROM public.scenario_logs_archive ORDER BY 1, 2, 3";

  private static TestDatabase db;

  abstract TestDatabase createDatabase();

  /**
   * An act: archive everything, or restore a range.
   *
   * @param batches after so many batches the session is lost; 0 lets it finish
   */
  record Act(boolean restores, int fromHour, int hours, String where, int batchRows, int batches) {
    String options() {
      return """
          {"from": "%1$s", "to": "%2$s", "hold": "0"%3$s}
          """
          .formatted(at(fromHour), at(fromHour + hours), where);
    }

    private static String at(int hour) {
      return java.time.OffsetDateTime.parse("2024-01-30T00:00:00Z").plusHours(hour).toString();
    }
  }

  @Property(tries = 20)
  void nothingIsLostOrDoubled(@ForAll("acts") List<Act> acts) {
    List<List<String>> before = fill();
    for (Act act : acts) {
      db.execute(
          "UPDATE archive.policies SET batch_rows = " + act.batchRows() + " WHERE name = 'logs'");
      work(act);
      assertThat(db.rows(CONTENT)).as("%s", act).isEqualTo(before);
      assertThat(db.archive().verify("logs").ok()).as("%s", act).isTrue();
    }
  }

  private List<List<String>> fill() {
    if (db == null) {
      db = createDatabase();
      db.execute("ALTER DATABASE " + db.name() + " SET \"archivist.now\" = '2026-06-01T00:00:00Z'");
    }
    db.execute(
        "TRUNCATE public.scenario_logs, public.scenario_logs_archive, archive.ledger, archive.batches",
        """
        INSERT INTO public.scenario_logs
        SELECT gen_random_uuid(), md5((g % 3)::text)::uuid,
          timestamptz '2024-01-30 00:00:00+00' + (g % 50) * interval '1 h', 'h', 'row ' || g, 'api', g,
          g % 2 = 0, 1, 1
        FROM generate_series(1, 90) g
        """);
    return db.rows(CONTENT);
  }

  private static void work(Act act) {
    try (JobSession session = JobSession.open(db.database(), "logs")) {
      boolean done = false;
      if (act.restores()) {
        session.beginRestore(act.options());
      } else {
        session.begin();
      }
      for (int i = 1; !done && i != act.batches(); i++) {
        done = act.restores() ? session.restoreBatch().done() : session.runBatch().done();
      }
      if (done) {
        session.finish("completed", null);
      }
    }
  }

  @Provide
  Arbitrary<List<Act>> acts() {
    Arbitrary<String> where =
        Arbitraries.of(
            "", "", ", \"where\": {\"has_pii\": true}", ", \"where\": {\"size_bytes\": 17}");
    return Combinators.combine(
            Arbitraries.of(true, true, false),
            Arbitraries.integers().between(-5, 55),
            Arbitraries.integers().between(1, 60),
            where,
            Arbitraries.integers().between(1, 25),
            Arbitraries.integers().between(0, 4))
        .as(Act::new)
        .list()
        .ofMinSize(3)
        .ofMaxSize(8)
        .map(RestoreProperties::beginningWithARun);
  }

  private static List<Act> beginningWithARun(List<Act> acts) {
    List<Act> all = new java.util.ArrayList<>(acts);
    all.add(0, new Act(false, 0, 0, "", 40, 0));
    return all;
  }

  @AfterContainer
  static void dropDatabase() {
    if (db != null) {
      db.close();
      db = null;
    }
  }
}
