package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.archivist.contract.Login;
import dev.archivist.document.JobMark;
import dev.archivist.document.Json;
import dev.archivist.document.RestorePlan;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.run.ReconcileOutcome.Difference;
import dev.archivist.store.ArchiveStore;
import dev.archivist.store.StoreKey;
import dev.archivist.testing.Archivist;
import dev.archivist.testing.PublishedSchema;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The database goes back to an older backup; files and store do not. Nothing is touched before both
 * are brought together, and nothing is lost then.
 */
class ReconcilerTest {
  private static final String ALL = "{\"from\": \"2000-01-01\", \"to\": \"2200-01-01\"}";

  @TempDir Path home;
  private ReportWorld world;

  @BeforeEach
  void createWorld() {
    world = new ReportWorld(home);
    world.report("before.csv");
    assertThat(world.run().status()).isEqualTo("completed");
  }

  @AfterEach
  void dropDatabase() {
    world.close();
  }

  private Archivist archivist() {
    return Archivist.on(world.db, home)
        .with("ARCHIVE_STORE_URI", home.resolve("store").toString())
        .with("REPORTS_LOCAL_DIR", world.root.toString());
  }

  private static void assertRefused(Optional<ArchiveFailure> failure) {
    assertThat(failure).get().extracting(ArchiveFailure::error).isEqualTo(ArchiveError.STORE_NEWER);
    assertThat(failure.get().hint()).contains("archivist reconcile");
  }

  private static List<String> findings(ReconcileOutcome outcome) {
    assertThat(outcome.failure()).isEmpty();
    return outcome.differences().stream().map(each -> each.finding().label()).toList();
  }

  @Test
  void aDatabaseThatKnowsItsStoreGoesOn() {
    world.report("more.csv");

    assertThat(world.run().status()).isEqualTo("completed");
    ReconcileOutcome looked = world.reconciler().look("reports");

    assertThat(looked.storeIsNewer()).isEmpty();
    assertThat(looked.differences()).isEmpty();
    assertThat(looked.exitCode()).isZero();
  }

  /** Whoever clears away old jobs has them in the audit trail. */
  @Test
  void aJobThatWasClearedAwayIsKnown() {
    world.db.execute("DELETE FROM public.archive_jobs");

    assertThat(world.run().failure()).isEmpty();
  }

  /** Nobody can tell whether the first database lives on beside the one that was promoted. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void afterAPromotionSomebodySaysThatThisIsTheOne(boolean ended) throws IOException {
    try (ArchiveStore store = world.store()) {
      UUID job = UUID.fromString(world.db.value("SELECT id FROM public.archive_jobs"));
      store.mark(
          StoreKey.jobOf("reports"),
          Json.line(new JobMark("reports", job, "0000FFFF")).getBytes(StandardCharsets.UTF_8));
    }
    if (!ended) {
      world.db.execute("UPDATE public.archive_jobs SET status = 'running', completed_at = NULL");
    }

    assertRefused(world.run().failure());
    assertRefused(world.restore(ALL).failure());
    world.assertNothingLost();

    assertThat(world.reconciler().apply("reports").exitCode()).isZero();
    assertThat(world.run().failure()).isEmpty();
  }

  @Test
  void reportsThatWereArchivedSinceComeBack() throws IOException {
    UUID report = world.report("since.csv");
    world.backUp();
    world.run();
    world.assertAllArchived();
    world.restoreBackup();
    List<String> objects = world.objects();

    assertRefused(world.run().failure());
    world.db.execute(
        "UPDATE archive.policies SET keep_for = '190 days', archive_after = '100 days',"
            + " settings = settings || '{\"object_keep_for\": \"190 days\"}' WHERE name = 'reports'");
    assertRefused(world.purge().failure());
    assertRefused(world.restore(ALL).failure());
    assertThat(world.objects()).isEqualTo(objects);

    ReconcileOutcome looked = world.reconciler().look("reports");
    assertThat(findings(looked)).containsExactly("file-missing");
    assertThat(looked.storeIsNewer()).isPresent();
    assertThat(world.localFiles()).isEmpty();

    ReconcileOutcome applied = world.reconciler().apply("reports");
    assertThat(applied.exitCode()).isZero();
    assertThat(applied.differences()).allMatch(Difference::done);
    assertThat(Files.readAllBytes(world.root.resolve("since.csv")))
        .isEqualTo(world.content(report));
    world.assertNothingLost();
    assertThat(findings(world.reconciler().look("reports"))).isEmpty();
    assertThat(world.run().status()).isEqualTo("completed");
    world.assertNothingLost();
  }

  @Test
  void reportsThatWereRestoredSinceAreRestoredAgain() throws IOException {
    world.backUp();
    assertThat(world.restore(ALL).status()).isEqualTo("completed");
    assertThat(world.objects()).isEmpty();
    world.restoreBackup();

    ReconcileOutcome looked = world.reconciler().look("reports");
    assertThat(findings(looked)).containsExactly("object-missing");
    ReconcileOutcome applied = world.reconciler().apply("reports");

    assertThat(applied.differences()).allMatch(Difference::done);
    assertThat(applied.exitCode()).isZero();
    world.assertNothingLost();
    assertThat(world.db.number("SELECT count(*) FROM reports")).isEqualTo(1);
    assertThat(world.db.number("SELECT count(*) FROM archive.active_holds")).isEqualTo(1);
    assertThat(world.db.archive().verify("reports").ok()).isTrue();
  }

  /** Its file would have been deleted by the job that the backup does not know. */
  @Test
  void aFileOfAnotherContentAtTheOldPathReplacesNoObject() throws IOException {
    UUID report = world.report("since.csv");
    byte[] original = world.content(report);
    world.backUp();
    world.run();
    String object = world.db.value("SELECT s3_location FROM reports_archive WHERE id = ?", report);
    world.restoreBackup();
    world.rewrite(report, "since.csv");

    ReconcileOutcome applied = world.reconciler().apply("reports");
    assertThat(findings(applied)).containsExactly("other-content");
    assertThat(applied.exitCode()).isZero();
    assertThat(world.run().status()).isEqualTo("completed");

    assertThat(world.object(object)).isEqualTo(original);
    world.assertNothingLost();
  }

  /** As of the backup the first object was to be deleted. */
  @Test
  void whatIsSaidToStayIsNoLongerToBeDeleted() throws IOException {
    UUID report = UUID.fromString(world.db.value("SELECT id FROM public.reports_archive"));
    byte[] original = world.content(report);
    world.binFor("30 days");
    world.restore(ALL.replace("}", ", \"hold\": \"0\"}"));
    String first = world.db.value("SELECT location FROM archive.stray_objects");
    world.backUp();
    world.run();
    world.restoreBackup();
    world.rewrite(report, "before.csv");

    ReconcileOutcome applied = world.reconciler().apply("reports");
    assertThat(findings(applied)).containsOnly("other-content");
    world.db.execute("UPDATE archive.stray_objects SET drop_after = now() - interval '1 day'");
    assertThat(world.run().status()).isEqualTo("completed");

    assertThat(world.object(first)).isEqualTo(original);
    world.assertNothingLost();
  }

  /** Something that is no report at the path of one keeps no other from coming back. */
  @ParameterizedTest
  @ValueSource(strings = {"empty", "directory", "outside"})
  void anOddPathIsOneReportsAlone(String what) throws IOException {
    UUID odd = world.report("odd.csv");
    UUID other = world.report("other.csv");
    world.backUp();
    world.run();
    world.restoreBackup();
    Path path = world.root.resolve("odd.csv");
    switch (what) {
      case "empty" -> Files.createFile(path);
      case "directory" -> Files.createDirectory(path);
      default ->
          world.db.execute(
              "UPDATE public.reports SET file_path = '../odd.csv' WHERE id = '" + odd + "'");
    }

    assertThat(findings(world.reconciler().look("reports")))
        .containsExactlyInAnyOrder("other-content", "file-missing");
    ReconcileOutcome applied = world.reconciler().apply("reports");

    assertThat(applied.exitCode()).isZero();
    assertThat(Files.readAllBytes(world.root.resolve("other.csv"))).isEqualTo(world.content(other));
    assertThat(world.run().problems()).hasSize(1);
  }

  /** The file is in its place, so the report is whole again once it is live. */
  @Test
  void aDamagedObjectOfTheSameSizeIsSeenWhereTheFileIsThere() throws IOException {
    UUID report = UUID.fromString(world.db.value("SELECT id FROM public.reports_archive"));
    Path object = Path.of(URI.create(world.db.value("SELECT s3_location FROM reports_archive")));
    Files.write(world.root.resolve("before.csv"), world.content(report));
    Files.write(object, new byte[(int) Files.size(object)]);

    assertThat(findings(world.reconciler().look("reports"))).containsExactly("object-missing");
    assertThat(world.reconciler().apply("reports").exitCode()).isZero();

    world.assertNothingLost();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void lookingChangesNothingInTheStore(boolean exists) throws IOException {
    Path elsewhere = home.resolve("elsewhere");
    if (exists) {
      Files.createDirectory(elsewhere);
    }

    Archivist.Result looked =
        archivist().with("ARCHIVE_STORE_URI", elsewhere.toString()).run("reconcile");

    assertThat(looked.out() + looked.err()).contains("elsewhere");
    assertThat(Files.exists(elsewhere)).isEqualTo(exists);
    if (exists) {
      assertThat(elsewhere).isEmptyDirectory();
    }
  }

  @Test
  void whatIsNowhereIsSaid() throws IOException {
    world.backUp();
    world.restore(ALL);
    Files.delete(world.root.resolve("before.csv"));
    world.restoreBackup();

    ReconcileOutcome looked = world.reconciler().look("reports");
    assertThat(findings(looked)).containsExactly("lost");
    assertThat(looked.exitCode()).isEqualTo(1);
    assertThat(world.reconciler().apply("reports").exitCode()).isEqualTo(1);
    assertThat(world.run().failure()).isEmpty();
  }

  @Test
  void objectsOfReportsThatTheBackupDoesNotHaveStay() throws IOException {
    world.backUp();
    UUID report = world.report("since.csv");
    world.run();
    String object = world.db.value("SELECT s3_location FROM reports_archive WHERE id = ?", report);
    world.restoreBackup();

    ReconcileOutcome applied = world.reconciler().apply("reports");

    assertThat(findings(applied)).containsExactly("no-report");
    assertThat(applied.exitCode()).isZero();
    world.run();
    assertThat(world.object(object)).isEqualTo(world.content(report));
  }

  /** As of the backup the object was to be deleted; since then it has become the only copy. */
  @Test
  void anObjectThatWasToGoWaitsAgain() throws IOException {
    world.binFor("30 days");
    world.restore(ALL.replace("}", ", \"hold\": \"0\"}"));
    world.db.execute("UPDATE archive.stray_objects SET drop_after = now() - interval '1 day'");
    world.backUp();
    world.run();
    world.assertAllArchived();
    world.restoreBackup();
    assertRefused(world.run().failure());

    assertThat(world.reconciler().apply("reports").exitCode()).isZero();

    world.assertNothingLost();
    assertThat(
            world.db.value(
                "SELECT bool_and(drop_after > now() + interval '29 days') FROM archive.stray_objects"))
        .isEqualTo("t");
  }

  @Test
  void twoObjectsOfOneNameAreLeftToTheUser() throws IOException {
    UUID report = world.report("since.csv");
    world.backUp();
    world.run();
    String object = world.db.value("SELECT s3_location FROM reports_archive WHERE id = ?", report);
    world.restoreBackup();
    Path first = Path.of(URI.create(object));
    Path second = first.resolveSibling(first.getFileName() + ".zst");
    String other = world.db.value("SELECT s3_location FROM reports_archive");
    Files.copy(Path.of(URI.create(other)), second);

    ReconcileOutcome applied = world.reconciler().apply("reports");

    assertThat(findings(applied)).containsExactly("file-missing", "file-missing");
    assertThat(applied.exitCode()).isEqualTo(1);
    assertThat(world.localFiles()).isEmpty();
    assertRefused(world.run().failure());
    Files.delete(second);
    assertThat(world.reconciler().apply("reports").exitCode()).isZero();
    world.assertNothingLost();
  }

  /** Nobody needs it, unless it is all that is left of the report. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anObjectThatCannotBeReadKeepsNobodyWhoseFileIsThere(boolean fileIsThere) throws IOException {
    UUID report = world.report("since.csv");
    world.backUp();
    world.run();
    String object = world.db.value("SELECT s3_location FROM reports_archive WHERE id = ?", report);
    world.restoreBackup();
    Files.writeString(Path.of(URI.create(object)), "no zstd");
    if (fileIsThere) {
      Files.write(world.root.resolve("since.csv"), world.content(report));
    }

    ReconcileOutcome applied = world.reconciler().apply("reports");

    assertThat(findings(applied)).containsExactly(fileIsThere ? "other-content" : "file-missing");
    assertThat(applied.exitCode()).isEqualTo(fileIsThere ? 0 : 1);
    assertThat(world.run().failure().isEmpty()).isEqualTo(fileIsThere);
  }

  /** The database has no hash of a live report, nor what others might do with its file. */
  @Test
  void whatOnlyTheStoreVouchesForComesBackForFew() throws IOException {
    world.report("since.csv");
    world.backUp();
    world.run();
    world.restoreBackup();
    for (String object : world.objects()) {
      Files.setPosixFilePermissions(
          home.resolve("store").resolve(object), PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    assertThat(world.reconciler().apply("reports").exitCode()).isZero();

    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(world.root.resolve("since.csv"))))
        .isEqualTo("rw-r-----");
  }

  @Test
  void nothingComesBackThatIsLargerThanAReportMayBe() throws IOException {
    world.report("since.csv");
    world.backUp();
    world.run();
    world.restoreBackup();

    Archivist.Result result =
        archivist().with("ARCHIVE_MAX_REPORT_BYTES", "10").run("reconcile", "--apply");

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out() + result.err()).contains("has more than 10 bytes");
    assertThat(world.localFiles()).isEmpty();
  }

  /** A restore whose object is gone cannot work unless the file is there. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theDryRunOfARestoreLooksForObjects(boolean fileIsThere) throws IOException {
    byte[] content = world.object(world.db.value("SELECT s3_location FROM reports_archive"));
    if (fileIsThere) {
      Files.write(world.root.resolve("before.csv"), content);
    }
    try (ArchiveStore store = world.store()) {
      store.delete(world.objects().get(0));
    }

    RestorePlan plan = world.restorePreview(ALL);
    JobOutcome outcome = world.restore(ALL);

    assertThat(plan.conflicts().isEmpty()).isEqualTo(fileIsThere);
    assertThat(outcome.status().equals("completed")).isEqualTo(fileIsThere);
    if (fileIsThere) {
      world.assertNothingLost();
    } else {
      assertThat(plan.conflicts())
          .singleElement()
          .extracting(RestorePlan.Conflict::key)
          .isEqualTo("the report's object");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"not json", "{}", "[]", " ", "null", "\"\"", "3", "{\"job\": null}"})
  void aMarkThatIsNoneIsRefusedAndWrittenAnew(String mark) {
    try (ArchiveStore store = world.store()) {
      store.mark(StoreKey.jobOf("reports"), mark.getBytes(StandardCharsets.UTF_8));
    }
    assertRefused(world.run().failure());

    assertThat(world.reconciler().apply("reports").exitCode()).isZero();

    assertThat(world.run().failure()).isEmpty();
  }

  /** The refusal names the job that the database does not know. */
  @Test
  void anOperatorCannotMakeTheJobKnown() throws Exception {
    world.report("since.csv");
    world.backUp();
    String job = world.run().job().orElseThrow().toString();
    world.restoreBackup();
    try (Login login = new Login(world.db, "archive_operator");
        Connection connection = login.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO archive.jobs (id, job_type) VALUES ('%s', 'reports')".formatted(job));
    }

    Optional<ArchiveFailure> failure = world.run().failure();

    assertRefused(failure);
    assertThat(failure.get()).hasMessageContaining(job);
  }

  /** Else whoever may write to the store read with it what only the runner may. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void noMessageRepeatsWhatIsInPlaceOfAMark(boolean link) throws IOException {
    Path mark = home.resolve("store").resolve(StoreKey.jobOf("reports"));
    Path shadow = Files.writeString(home.resolve("shadow"), "root:$6$secret");
    Files.delete(mark);
    if (link) {
      Files.createSymbolicLink(mark, shadow);
    } else {
      Files.copy(shadow, mark);
    }
    Optional<ArchiveFailure> refused = world.run().failure();

    assertRefused(refused);
    assertThat(refused.get()).hasMessageContaining(mark.toUri().toString());
    Archivist.Result doctor = archivist().run("doctor");
    assertThat(refused.get().getMessage() + doctor.out() + doctor.err()).doesNotContain("secret");
    assertThat(world.db.value("SELECT string_agg(j::text, '') FROM archive.jobs AS j"))
        .doesNotContain("secret");

    assertThat(world.reconciler().apply("reports").exitCode()).isZero();
    assertThat(world.run().failure()).isEmpty();
    assertThat(shadow).hasContent("root:$6$secret");
    assertThat(Files.isSymbolicLink(mark)).isFalse();
  }

  @Test
  void theCommandsSayIt() throws IOException {
    world.report("since.csv");
    world.backUp();
    world.run();
    world.restoreBackup();

    assertThat(archivist().run("doctor").out()).contains("archivist reconcile");
    PublishedSchema.of("reconcile-summary")
        .assertValid(
            new ObjectMapper().readTree(archivist().run("reconcile", "--json").out()).path(0));
    Archivist.Result looked = archivist().run("reconcile");
    assertThat(looked.code()).isEqualTo(1);
    assertThat(looked.out()).contains("file-missing").contains("archivist reconcile --apply");
    Archivist.Result applied = archivist().run("reconcile", "--reports", "--apply");
    assertThat(applied.code()).isZero();
    assertThat(applied.out()).contains("done: put the file back from the object");
    world.assertNothingLost();
    Archivist.Result again = archivist().run("reconcile");
    assertThat(again.code()).isZero();
    assertThat(again.out()).contains("reports and objects belong together");
    assertThat(archivist().run("run", "--reports").code()).isZero();
  }
}
