package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.config.Settings;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.store.ArchiveStore;
import dev.archivist.testing.Archivist;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports are verified down to their objects; what the store lacks is told from what it is not. */
class VerifierTest {
  @TempDir Path home;

  private ReportWorld world;

  @BeforeEach
  void archiveThreeReports() {
    world = new ReportWorld(home);
    for (int i = 0; i < 3; i++) {
      world.report("report " + i + ".pdf");
    }
    assertThat(world.run().status()).isEqualTo("completed");
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void saysOfHowManyObjectsTheStoreKnowsOnlyTheSize() {
    VerifyOutcome.Objects shallow = verify(false).objects().orElseThrow();
    VerifyOutcome.Objects deep = verify(true).objects().orElseThrow();

    assertThat(shallow.checked()).isEqualTo(3);
    assertThat(shallow.withoutChecksum()).isEqualTo(3);
    assertThat(deep.withoutChecksum()).isZero();
    assertThat(deep.problems()).isEmpty();
  }

  @Test
  void aStoreThatIsNotThereIsNoMissingObject() throws IOException {
    Files.move(home.resolve("store"), home.resolve("unmounted"));

    VerifyOutcome verified = verify(false);

    assertThat(verified.failure().orElseThrow().error()).isEqualTo(ArchiveError.STORE_MISSING);
    assertThat(verified.exitCode()).isEqualTo(3);
    assertThat(verified.rows().ok()).isTrue();
    assertThat(verified.objects().orElseThrow().problems()).isEmpty();
  }

  @Test
  void aStoreThatDoesNotAnswerDoesNotMatterToPoliciesWithoutFiles() {
    Archivist archivist =
        Archivist.on(world.db, home)
            .with("ARCHIVE_STORE_URI", home.resolve("no such store").toString());

    assertThat(archivist.run("verify", "--logs", "--metrics").code()).isZero();
    Archivist.Result all = archivist.run("verify");
    assertThat(all.code()).isEqualTo(1);
    assertThat(all.out()).contains("it is not in the configured store");
  }

  @Test
  void anObjectThatNoReportRefersToIsANoteAndNoDifference() throws IOException {
    String key = "archived-reports/2020/01/" + new UUID(0, 7) + ".pdf.zst";
    Path stray = home.resolve("store").resolve(key);
    Files.createDirectories(stray.getParent());
    Files.writeString(stray, "stray");

    VerifyOutcome verified = verify(true);

    assertThat(verified.exitCode()).isZero();
    assertThat(verified.objects().orElseThrow().unreferenced())
        .hasSize(1)
        .first()
        .asString()
        .endsWith(key);
  }

  @Test
  void oneMonthMayBeLookedAtAlone() {
    world.db.execute(
        "UPDATE public.reports_archive SET created_at = created_at - interval '400 days' WHERE id = (SELECT max(id::text) FROM public.reports_archive)::uuid");
    Archivist archivist =
        Archivist.on(world.db, home).with("ARCHIVE_STORE_URI", home.resolve("store").toString());
    String moved = month("min");
    String whole = world.db.value("SELECT to_char(max(month), 'YYYY-MM') FROM archive.ledger");

    assertThat(archivist.run("verify", "--reports", "--month", moved).code()).isEqualTo(1);
    assertThat(archivist.run("verify", "--logs", "--month", moved).code()).isZero();
    assertThat(archivist.run("verify", "--reports", "--month", "2001-01").code()).isZero();
    assertThat(archivist.run("verify", "--reports", "--month", whole).out())
        .contains("  " + whole + ":")
        .doesNotContain("  " + moved + ":");
    assertThat(archivist.run("verify", "--month", "January").code()).isEqualTo(2);
  }

  /** The page of reports was read before; the directory store deletes at once. */
  @Test
  void aPurgeThatReleasesObjectsBesideItRaisesNoAlarm() {
    VerifyOutcome verified =
        verifyBeside(
            () -> {
              world.db.execute(
                  "UPDATE archive.policies SET settings = settings || '{\"object_keep_for\": \"199 days\"}' WHERE name = 'reports'");
              assertThat(world.purge().objects().expired()).isEqualTo(3);
            });

    assertThat(verified.objects().orElseThrow().problems()).isEmpty();
    assertThat(verified.objects().orElseThrow().expired()).isEqualTo(3);
    assertThat(verified.exitCode()).isZero();
  }

  /** The object is gone then, and still recorded as stray. */
  @Test
  void aRestoreBesideItRaisesNoAlarm() {
    VerifyOutcome verified =
        verifyBeside(
            () -> {
              world.onStoreCall(
                  call -> {
                    if (call.equals("after delete")) {
                      throw new Killed();
                    }
                  });
              assertThatThrownBy(
                      () -> world.restore("{\"from\": \"2000-01-01\", \"to\": \"2200-01-01\"}"))
                  .isInstanceOf(Killed.class);
            });

    assertThat(world.objects()).hasSize(2);
    assertThat(verified.objects().orElseThrow().problems()).isEmpty();
    assertThat(verified.exitCode()).isZero();
  }

  @Test
  void anObjectThatIsGoneWithoutAReasonIsMissing() {
    VerifyOutcome verified =
        verifyBeside(
            () -> {
              try (ArchiveStore store = world.store()) {
                world.objects().forEach(store::delete);
              }
            });

    assertThat(verified.objects().orElseThrow().problems())
        .extracting(VerifyOutcome.Problem::problem)
        .containsOnly("it is missing")
        .hasSize(3);
    assertThat(verified.exitCode()).isEqualTo(1);
  }

  /** As a kill would: no catch of ours knows it. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** Something happens when the reports' rows were read and no object was looked at yet. */
  private VerifyOutcome verifyBeside(Runnable others) {
    boolean[] done = {false};
    return verify(
        false,
        any ->
            new WatchedStore(
                world.store(),
                call -> {
                  if (call.equals("before stat") && !done[0]) {
                    done[0] = true;
                    others.run();
                  }
                }));
  }

  private String month(String which) {
    return world.db.value(
        "SELECT to_char(%s(created_at) AT TIME ZONE 'UTC', 'YYYY-MM') FROM public.reports_archive"
            .formatted(which));
  }

  private VerifyOutcome verify(boolean deep) {
    return verify(deep, any -> world.store());
  }

  private VerifyOutcome verify(boolean deep, Function<Settings, ArchiveStore> stores) {
    return new Verifier(world.db.database(), world.db.settings(), VerifyProgress.SILENT, stores)
        .verify("reports", Optional.empty(), deep);
  }
}
