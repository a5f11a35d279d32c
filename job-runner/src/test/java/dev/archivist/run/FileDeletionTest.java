package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.config.Setting;
import dev.archivist.db.Answers;
import dev.archivist.db.PolicySession;
import dev.archivist.db.RunSession;
import dev.archivist.engine.report.ReportRows;
import dev.archivist.engine.report.StoredReport;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.report.ReportRoot;
import dev.archivist.testing.LiveData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A runner that sleeps between any two steps of a file's deletion, for as long as it takes others
 * to end its session and change the world, deletes nothing that is needed when it wakes.
 */
class FileDeletionTest {
  private static final String ALL = "{\"from\": \"2000-01-01\", \"to\": \"2200-01-01\"}";

  /** Where the runner sleeps. */
  enum Sleep {
    BEFORE_THE_RENAME,
    AFTER_THE_RENAME,
    AFTER_THE_DELETION
  }

  @TempDir Path home;
  private ReportWorld world;
  private UUID report;
  private PolicySession session;
  private final List<String> notes = new ArrayList<>();

  /** As if a run had been killed between its commit and the deletion of the file. */
  @BeforeEach
  void archiveAReportWhoseFileIsThere() throws IOException {
    world = new ReportWorld(home);
    report = world.report("2024/a.csv");
    assertThat(world.run().status()).isEqualTo("completed");
    Files.write(file(), world.content(report));
    world.db.execute("UPDATE public.reports_archive SET deleted_locally = false");
    session = PolicySession.toRun(world.db.database(), "reports");
    session.begin();
  }

  @AfterEach
  void dropDatabase() {
    session.close();
    world.close();
  }

  private Path file() {
    return world.root.resolve("2024/a.csv");
  }

  private Path renamed(int number) {
    return new AsideFiles(world.root, file(), "reports", report).name(new UUID(0, number));
  }

  private void delete(Sleep at, Runnable meanwhile) {
    ReportRoot root = new ReportRoot(world.root, Long.MAX_VALUE);
    Path lockFile = world.db.settings().with(Setting.ARCHIVIST_HOME, home.toString()).restoreLock();
    String location = world.db.value("SELECT s3_location FROM public.reports_archive");
    FileDeletion deletion =
        new FileDeletion(
            new Sleeping(LiveAndArchived.of(new RunSession(session)), at, meanwhile),
            root,
            lockFile,
            notes::add);
    StoredReport object =
        new StoredReport(
            location,
            world.content(report).length,
            world.db.value("SELECT content_sha256 FROM public.reports_archive"),
            0,
            "",
            null);
    deletion.lookAtLinks();
    deletion.delete(report, "2024/a.csv", object);
  }

  /** Rows of a runner that sleeps once, right before or after it asks. */
  private static final class Sleeping implements LiveAndArchived {
    private final LiveAndArchived rows;
    private final Sleep at;
    private final Runnable meanwhile;
    private boolean woken;

    Sleeping(LiveAndArchived rows, Sleep at, Runnable meanwhile) {
      this.rows = rows;
      this.at = at;
      this.meanwhile = meanwhile;
    }

    private void sleep(Sleep here) {
      if (at == here && !woken) {
        woken = true;
        meanwhile.run();
      }
    }

    @Override
    public String policy() {
      return rows.policy();
    }

    @Override
    public boolean isArchivedAt(UUID report, String location) {
      sleep(Sleep.AFTER_THE_RENAME);
      return rows.isArchivedAt(report, location);
    }

    @Override
    public Answers<ReportRows.Named> liveFilesNamed(String fileName) {
      Answers<ReportRows.Named> files = rows.liveFilesNamed(fileName);
      sleep(Sleep.BEFORE_THE_RENAME);
      return files;
    }

    @Override
    public List<ReportRows.Live> live(UUID after) {
      return rows.live(after);
    }

    @Override
    public List<String> others() {
      return rows.others();
    }

    @Override
    public Answers<ReportRows.Live> live(String other, UUID after) {
      return rows.live(other, after);
    }

    @Override
    public void deletedLocally(UUID report) {
      sleep(Sleep.AFTER_THE_DELETION);
      rows.deletedLocally(report);
    }
  }

  private void endTheSession() {
    world.db.execute(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            + " WHERE application_name = 'archivist job reports' AND datname = current_database()");
  }

  @ParameterizedTest
  @EnumSource(Sleep.class)
  void aReportThatIsRestoredWhileItSleepsKeepsItsFile(Sleep at) throws IOException {
    assertThatThrownBy(
            () ->
                delete(
                    at,
                    () -> {
                      endTheSession();
                      assertThat(world.restore(ALL).status()).isEqualTo("completed");
                    }))
        .isInstanceOf(ArchiveFailure.class);

    assertThat(world.db.number("SELECT count(*) FROM reports")).isEqualTo(1);
    assertThat(world.objects()).isEmpty();
    world.assertNothingLost();
    assertThat(world.localFiles()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(Sleep.class)
  void anotherRunThatWorksMeanwhileFinishesIt(Sleep at) throws IOException {
    assertThatThrownBy(
            () ->
                delete(
                    at,
                    () -> {
                      endTheSession();
                      assertThat(world.run().status()).isEqualTo("completed");
                    }))
        .isInstanceOf(ArchiveFailure.class);

    world.run();
    world.assertAllArchived();
  }

  @ParameterizedTest
  @EnumSource(Sleep.class)
  void aFileThatComesToItsPlaceStays(Sleep at) {
    delete(at, () -> write(file(), "another report"));

    assertThat(file()).hasContent("another report");
  }

  /** Even where the file there is the same one, under another name. */
  @ParameterizedTest
  @EnumSource(value = Sleep.class, names = "AFTER_THE_DELETION", mode = EnumSource.Mode.EXCLUDE)
  void aLinkThatComesToThePlaceOfItsDirectoryIsNotFollowed(Sleep at) throws IOException {
    Path elsewhere = Files.createDirectories(home.resolve("elsewhere"));
    Path theirs = elsewhere.resolve("a.csv");

    delete(
        at,
        () -> {
          try {
            Files.move(file().getParent(), world.root.resolve("moved"));
            Path ours = world.localFiles().get(0);
            Files.createLink(theirs, world.root.resolve(ours));
            if (at == Sleep.AFTER_THE_RENAME) {
              Files.createLink(elsewhere.resolve(ours.getFileName()), theirs);
            }
            Files.createSymbolicLink(file().getParent(), elsewhere);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });

    assertThat(theirs).hasBinaryContent(world.content(report));
    assertThat(elsewhere.toFile().list()).hasSize(at == Sleep.AFTER_THE_RENAME ? 2 : 1);
    assertThat(notes).singleElement().asString().contains("in the place of a directory");
    assertThat(world.db.value("SELECT deleted_locally FROM reports_archive")).isEqualTo("f");
    world.assertNothingLost();
  }

  @ParameterizedTest
  @EnumSource(value = Sleep.class, names = "AFTER_THE_DELETION", mode = EnumSource.Mode.EXCLUDE)
  void aLiveReportThatComesToNameItHasIt(Sleep at) throws IOException {
    delete(at, () -> world.reportOf(report, "2024/a.csv", 200));

    assertThat(Files.readAllBytes(file())).isEqualTo(world.content(report));
    assertThat(notes).singleElement().asString().contains("local file kept: it is needed again");
    assertThat(world.localFiles()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(value = Sleep.class, names = "AFTER_THE_DELETION", mode = EnumSource.Mode.EXCLUDE)
  void aLiveReportOfAnotherPolicyThatComesToNameItHasIt(Sleep at) throws IOException {
    world.letters();

    delete(at, () -> world.youngLetter("2024/../2024/a.csv"));

    assertThat(Files.readAllBytes(file())).isEqualTo(world.content(report));
    assertThat(notes).singleElement().asString().contains("local file kept: it is needed again");
    assertThat(world.localFiles()).hasSize(1);
  }

  @Test
  void itIsPutBackWhereAnotherPolicyCannotBeAskedAnyMore() throws IOException {
    world.letters();

    delete(
        Sleep.AFTER_THE_RENAME,
        () -> world.db.execute("ALTER TABLE public.letters RENAME TO elsewhere"));

    assertThat(Files.readAllBytes(file())).isEqualTo(world.content(report));
    assertThat(notes).singleElement().asString().contains("policy letters cannot be asked");
  }

  @Test
  void whatACrashLeftRenamedIsDeletedByTheNextRun() throws IOException {
    session.close();
    Files.move(file(), renamed(1));
    Files.write(renamed(2), world.content(report));
    Files.writeString(renamed(3), "another content");

    assertThat(world.run().status()).isEqualTo("completed");

    assertThat(world.localFiles()).hasSize(1);
    assertThat(renamed(3)).hasContent("another content");
    assertThat(world.notes).singleElement().asString().contains("it is not what was archived");
    assertThat(world.db.value("SELECT deleted_locally FROM reports_archive")).isEqualTo("t");
  }

  /** A runner woke after the restore, renamed the restored file, and was killed there. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theFileOfALiveReportThatACrashLeftRenamedIsPutBack(int files) throws IOException {
    session.close();
    assertThat(world.restore(ALL).status()).isEqualTo("completed");
    Files.move(file(), renamed(1));
    if (files == 2) {
      LiveData.file(renamed(2), 100, 3);
    }

    world.run();

    if (files == 1) {
      world.assertNothingLost();
      assertThat(world.localFiles()).hasSize(1);
    } else {
      assertThat(world.notes).singleElement().asString().contains("its file is missing");
      assertThat(world.localFiles()).hasSize(2);
    }
  }

  private enum Other {
    ID,
    NAME,
    POLICY
  }

  /** It has the same path by now, and no file yet; what was archived before is not its file. */
  @ParameterizedTest
  @EnumSource(Other.class)
  void whatACrashLeftIsNotGivenToAnotherReport(Other other) throws IOException {
    session.close();
    world.letters();
    Files.move(file(), renamed(1));
    switch (other) {
      case ID -> world.reportOf(report, "2024/a.csv", 1);
      case NAME -> world.youngLetter("2024/./a.csv");
      case POLICY ->
          world.db.rows(
              "INSERT INTO public.letters (id, scenario_id, format, file_path)"
                  + " VALUES (?, gen_random_uuid(), 'pdf', '2024/a.csv') RETURNING 1",
              report);
    }

    world.run();
    world.run();

    assertThat(file()).doesNotExist();
    assertThat(renamed(1)).hasBinaryContent(world.content(report));
    assertThat(world.notes.toString())
        .contains("its file is missing, and may be any of [" + renamed(1))
        .contains(report + ": local file kept: it is needed again: " + renamed(1));
    world.db.execute("DELETE FROM public.reports", "DELETE FROM public.letters");
    assertThat(world.run().status()).isEqualTo("completed");
    assertThat(world.localFiles()).isEmpty();
  }

  /** Nor does another report's file stand in for the one that it misses. */
  @Test
  void aReportGetsItsOwnOfWhatCrashesLeft() throws IOException {
    session.close();
    assertThat(world.restore(ALL).status()).isEqualTo("completed");
    Files.move(file(), renamed(1));
    Path others =
        new AsideFiles(world.root, file(), "reports", UUID.randomUUID()).name(new UUID(0, 2));
    Files.writeString(others, "another report");

    world.run();

    world.assertNothingLost();
    assertThat(others).hasContent("another report");
  }

  /** A copy of a restore goes again, and what a crash left beside it goes with it. */
  @Test
  void whatACrashLeftGoesWithTheCopyThatWasRestoredBesideIt() throws IOException {
    session.close();
    Files.move(file(), renamed(1));
    Path others =
        new AsideFiles(world.root, file(), "reports", UUID.randomUUID()).name(new UUID(0, 2));
    Files.writeString(others, "another report");
    assertThat(world.restore(ALL).status()).isEqualTo("completed");
    assertThat(file()).exists();
    world.db.execute("SELECT archive.release_hold(hold_id) FROM archive.active_holds");

    assertThat(world.run().status()).isEqualTo("completed");

    assertThat(file()).doesNotExist();
    assertThat(renamed(1)).doesNotExist();
    assertThat(others).hasContent("another report");
    world.assertNothingLost();
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
