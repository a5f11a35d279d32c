package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.db.PolicySession;
import dev.archivist.db.PurgeSession;
import dev.archivist.db.ReconciliationSession;
import dev.archivist.db.RunSession;
import dev.archivist.db.StoredLocations;
import dev.archivist.db.VerifySession;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.report.ReportRows;
import dev.archivist.engine.report.StoredReport;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.ArchiveStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever a job asks of a table of reports, it asks first whose code that would run: an index that
 * the application makes while the job is at work gives it no right.
 */
class ReportForeignCodeTest {
  private static final String ALL = "{\"from\": \"2000-01-01\", \"to\": \"2200-01-01\"}";

  @TempDir Path home;
  private ReportWorld world;
  private String app;

  @BeforeEach
  void giveTheReportsToTheApplication() {
    world = new ReportWorld(home);
    app = world.db.name() + "_app";
    world.db.execute(
        "CREATE ROLE " + app,
        "ALTER TABLE public.reports OWNER TO " + app,
        "GRANT CREATE, USAGE ON SCHEMA public TO " + app,
        "CREATE SEQUENCE public.calls",
        "GRANT ALL ON SEQUENCE public.calls TO PUBLIC",
        "SET ROLE " + app,
        """
        CREATE FUNCTION public.evil(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
        BEGIN IF current_user <> '%s' THEN PERFORM nextval('public.calls'); END IF; RETURN $1; END $$
        """
            .formatted(app));
    world.report("a.csv");
    world.report("b.csv");
  }

  @AfterEach
  void drop() {
    world.db.execute("DROP OWNED BY " + app + " CASCADE", "DROP ROLE " + app);
    world.close();
  }

  private void makeTheIndex() {
    world.db.execute("SET ROLE " + app, "CREATE INDEX ON public.reports ((public.evil(1)))");
  }

  private String calls() {
    return world.db.value("SELECT last_value || ' ' || is_called FROM public.calls");
  }

  private static void assertRefused(Optional<ArchiveFailure> failure) {
    assertThat(failure)
        .get()
        .extracting(ArchiveFailure::error)
        .isEqualTo(ArchiveError.POLICY_REFUSED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"before put", "after put", "before open", "after open", "after delete"})
  void anIndexThatIsMadeWhileReportsAreArchivedIsNeverRun(String step) throws IOException {
    boolean[] made = new boolean[1];
    world.onStoreCall(
        call -> {
          if (call.equals(step) && !made[0]) {
            made[0] = true;
            makeTheIndex();
          }
        });
    String calls = calls();

    JobOutcome outcome = world.run();

    if (made[0]) {
      assertRefused(outcome.failure());
    }
    assertThat(calls()).isEqualTo(calls);
    world.assertNothingLost();
  }

  /**
   * It is asked of another policy's table, too: where it may not be, all files and objects stay.
   */
  @Test
  void anIndexOfAnotherPolicysTableIsNeverRun() throws IOException {
    world.letters();
    assertThat(world.run().status()).isEqualTo("completed");
    world.binFor("30 days");
    assertThat(world.restore(ALL).status()).isEqualTo("completed");
    world.db.execute(
        "UPDATE archive.stray_objects SET drop_after = now()",
        "DELETE FROM archive.holds",
        "ALTER TABLE public.letters OWNER TO " + app,
        "SET ROLE " + app,
        "CREATE INDEX ON public.letters ((public.evil(1)))");
    String calls = calls();

    assertThat(world.run().status()).isEqualTo("completed");
    assertThat(world.purges().empty("reports", true).failure()).isEmpty();

    assertThat(calls()).isEqualTo(calls);
    assertThat(world.localFiles()).hasSize(2);
    // those in the bin, and those of the reports that were archived again
    assertThat(world.objects()).hasSize(4);
    assertThat(world.notes.toString())
        .contains("no local file is deleted: policy letters cannot be asked")
        .contains("which role " + app + " may replace");
  }

  /** Every question that a job may ask, of a job that began before the index was made. */
  @Test
  void noQuestionOfAJobRunsIt() {
    world.db.execute(
        "UPDATE archive.policies SET settings = settings || '{\"object_keep_for\": \"199 days\"}'"
            + " WHERE name = 'reports'");
    UUID id = new UUID(0, 1);
    try (PolicySession session = PolicySession.toRun(world.db.database(), "reports");
        VerifySession verify = VerifySession.open(world.db.database(), "reports")) {
      session.begin();
      makeTheIndex();
      RunSession run = new RunSession(session);
      PurgeSession purge = new PurgeSession(session);
      ReconciliationSession reconciliation = new ReconciliationSession(session);
      String calls = calls();

      List<ThrowingCallable> questions =
          List.of(
              () -> run.candidates(ReportRows.Position.START),
              run::leftovers,
              () -> run.live(id),
              () -> run.liveFilesNamed("a.csv"),
              () -> run.deletedLocally(id),
              () -> run.isArchived(id),
              () -> run.isArchivedAt(id, "x"),
              () -> run.objects().needed(List.of("x")),
              () -> run.objects().live(List.of(id)),
              purge::anyObjectPast,
              purge::releaseObjects,
              () -> purge.expiringObjects(true),
              purge::releasedButHeld,
              () -> purge.expire("x", () -> {}),
              () -> purge.keptObject("x"),
              () -> reconciliation.archived(id, 1),
              () -> reconciliation.orphans(List.of("x")),
              () -> verify.archived(id, Optional.empty(), 1),
              () -> verify.unreferenced(List.of("x")),
              () -> new StoredLocations(world.db.database()).directories(List.of("file:///")),
              () ->
                  verify.again(
                      new ReportRows.Archived(
                          id,
                          null,
                          null,
                          null,
                          new StoredReport("x", 0, "", 0, "", null),
                          false,
                          false,
                          true)));
      for (ThrowingCallable question : questions) {
        assertThatThrownBy(question)
            .as("question %d", questions.indexOf(question))
            .hasMessageContaining("which role " + app + " may replace");
      }

      assertThat(calls()).isEqualTo(calls);
    }
  }

  @Test
  void itIsNeverRunByALookEither() {
    makeTheIndex();
    String calls = calls();

    assertRefused(world.run().failure());
    assertRefused(world.restore(ALL).failure());
    try (ArchiveStore store = world.store()) {
      store.check(); // to look at one that is not there is refused before
    }
    assertRefused(world.reconciler().look("reports").failure());
    assertRefused(world.reconciler().apply("reports").failure());
    assertThat(world.restorePreview(ALL).refusals()).isNotEmpty();
    assertThatThrownBy(() -> world.db.archive().reportsToOffload("reports"))
        .hasMessageContaining("may replace");

    assertThat(calls()).isEqualTo(calls);
  }
}
