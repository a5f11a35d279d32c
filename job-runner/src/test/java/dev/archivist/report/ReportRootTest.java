package dev.archivist.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReportRootTest {
  @TempDir Path temp;
  private Path root;
  private ReportRoot reports;

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectories(temp.resolve("reports"));
    Files.createDirectories(root.resolve("2024"));
    Files.writeString(root.resolve("2024/a.pdf"), "report");
    Files.writeString(temp.resolve("secret"), "secret");
    Files.createDirectories(temp.resolve("reports-of-others"));
    Files.writeString(temp.resolve("reports-of-others/b.pdf"), "other");
    reports = new ReportRoot(root, 1000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2024/a.pdf", "./2024/a.pdf", "2024/../2024/a.pdf", "2024//a.pdf"})
  void findsAFileBelowTheRoot(String filePath) throws IOException {
    ReportFile file = reports.resolve(filePath);

    assertThat(file.path()).isEqualTo(root.resolve("2024/a.pdf").toRealPath());
    assertThat(file.bytes()).isEqualTo(6);
    assertThat(file.modified()).isEqualTo(Files.getLastModifiedTime(root.resolve("2024/a.pdf")));
  }

  @Test
  void takesAbsolutePathsBelowTheRoot() {
    assertThat(reports.resolve(root.resolve("2024/a.pdf").toString()).bytes()).isEqualTo(6);
  }

  @Test
  void takesARootThatIsALinkByEitherName() throws IOException {
    Path link = Files.createSymbolicLink(temp.resolve("link"), root);
    ReportRoot linked = new ReportRoot(link, 1000);

    assertThat(linked.resolve("2024/a.pdf").bytes()).isEqualTo(6);
    assertThat(linked.resolve(link.resolve("2024/a.pdf").toString()).bytes()).isEqualTo(6);
    assertThat(linked.resolve(root.resolve("2024/a.pdf").toRealPath().toString()).bytes())
        .isEqualTo(6);
  }

  @Test
  void followsLinksToDirectoriesThatStayBelowTheRoot() throws IOException {
    Files.createSymbolicLink(root.resolve("latest"), Path.of("2024"));

    assertThat(reports.resolve("latest/../latest/./a.pdf").path())
        .isEqualTo(root.resolve("2024/a.pdf").toRealPath());
  }

  /** What it leads to has a name of its own, by which others may need it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "latest.pdf",
        "latest.pdf/",
        "./2024/../latest.pdf",
        "latest-of-latest",
        "dir/latest.pdf",
        "{root}/latest.pdf"
      })
  void refusesAPathThatIsALink(String path) throws IOException {
    Files.createSymbolicLink(root.resolve("latest.pdf"), Path.of("2024/a.pdf"));
    Files.createSymbolicLink(root.resolve("latest-of-latest"), Path.of("latest.pdf"));
    Files.createSymbolicLink(root.resolve("dir"), Path.of("."));

    assertRefuses(ArchiveError.REPORT_UNREADABLE, path.replace("{root}", root.toString()));
    assertThatThrownBy(() -> reports.resolve(path.replace("{root}", root.toString())))
        .hasMessageStartingWith("the report's path is a symbolic link: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../secret",
        "2024/../../secret",
        "../reports-of-others/b.pdf",
        "../not there either",
        "/etc/passwd",
        "/",
        "..",
        "2024/a.pdf\0.txt",
      })
  void refusesPathsThatLeaveTheRoot(String filePath) {
    assertRefuses(ArchiveError.REPORT_OUTSIDE_ROOT, filePath);
  }

  @Test
  void refusesAbsolutePathsToAnotherDirectoryOfASimilarName() {
    assertRefuses(
        ArchiveError.REPORT_OUTSIDE_ROOT, temp.resolve("reports-of-others/b.pdf").toString());
  }

  @Test
  void refusesLinksThatLeaveTheRoot() throws IOException {
    Files.createSymbolicLink(root.resolve("file"), temp.resolve("secret"));
    Files.createSymbolicLink(root.resolve("dir"), temp.resolve("reports-of-others"));
    Files.createSymbolicLink(root.resolve("loop"), root.resolve("loop"));

    assertRefuses(ArchiveError.REPORT_OUTSIDE_ROOT, "file");
    assertRefuses(ArchiveError.REPORT_OUTSIDE_ROOT, "dir/b.pdf");
    assertRefuses(ArchiveError.REPORT_UNREADABLE, "loop");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "2024/b.pdf", "2023/a.pdf"})
  void saysThatTheFileIsMissing(String filePath) {
    assertRefuses(ArchiveError.REPORT_MISSING, filePath);
  }

  /** What is on its way out is no report's file, whoever names it. */
  @ParameterizedTest
  @ValueSource(
      strings = {"2024/.archivist-delete-x.tmp", "2024/.archivist-delete-x.tmp/.", "link.pdf"})
  void refusesNamesOfItsOwn(String path) throws IOException {
    Files.writeString(root.resolve("2024/.archivist-delete-x.tmp"), "a report");
    Files.createSymbolicLink(root.resolve("link.pdf"), Path.of("2024/.archivist-delete-x.tmp"));

    assertRefuses(ArchiveError.REPORT_UNREADABLE, path);
  }

  @Test
  void saysThatALinkLeadsNowhere() throws IOException {
    Files.createSymbolicLink(root.resolve("dangling"), root.resolve("gone"));

    assertRefuses(ArchiveError.REPORT_MISSING, "dangling");
  }

  @Test
  void saysThatTheFileIsEmpty() throws IOException {
    Files.createFile(root.resolve("empty.pdf"));

    assertRefuses(ArchiveError.REPORT_EMPTY, "empty.pdf");
  }

  @Test
  void takesFilesUpToTheLimitAndNoLarger() throws IOException {
    Files.write(root.resolve("limit"), new byte[1000]);
    Files.write(root.resolve("larger"), new byte[1001]);

    assertThat(reports.resolve("limit").bytes()).isEqualTo(1000);
    assertRefuses(ArchiveError.REPORT_OVERSIZED, "larger");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2024", ".", "2024/a.pdf/b"})
  void saysThatTheFileIsNotOne(String filePath) {
    assertRefuses(ArchiveError.REPORT_UNREADABLE, filePath);
  }

  @Test
  void doesNotWaitForAPipe() throws Exception {
    int made = new ProcessBuilder("mkfifo", root.resolve("pipe").toString()).start().waitFor();
    assumeTrue(made == 0, "needs mkfifo");

    assertRefuses(ArchiveError.REPORT_UNREADABLE, "pipe");
  }

  @Test
  void saysThatTheFileMayNotBeRead() throws IOException {
    Path file = root.resolve("2024/a.pdf");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(file), "root may read every file");

    assertRefuses(ArchiveError.REPORT_UNREADABLE, "2024/a.pdf");
  }

  @Test
  void blamesTheConfigurationWhereTheRootIsMissing() {
    assertThatThrownBy(() -> new ReportRoot(temp.resolve("gone"), 1).resolve("a"))
        .isInstanceOfSatisfying(
            ArchiveFailure.class,
            failure -> {
              assertThat(failure.error()).isEqualTo(ArchiveError.CONFIGURATION_INVALID);
              assertThat(failure.hint()).contains("REPORTS_LOCAL_DIR");
            });
  }

  @Test
  void keepsLineBreaksOutOfItsMessages() {
    assertThatThrownBy(() -> reports.resolve("a\nERROR forged"))
        .hasMessage("the report's file is not there: 'a?ERROR forged'");
  }

  @Test
  void noticesThatAFileChanged() throws IOException {
    Path path = root.resolve("2024/a.pdf");
    ReportFile file = reports.resolve("2024/a.pdf");
    assertThat(file.isUnchanged()).isTrue();

    Files.setLastModifiedTime(path, FileTime.from(Instant.parse("2024-01-01T00:00:00Z")));
    assertThat(file.isUnchanged()).isFalse();

    ReportFile touched = reports.resolve("2024/a.pdf");
    Path copy = Files.writeString(root.resolve("copy"), "retort");
    Files.setLastModifiedTime(copy, touched.modified());
    Files.delete(path);
    assertThat(touched.isUnchanged()).isFalse();
    Files.move(copy, path);
    assertThat(touched.isUnchanged()).as("same size and time, another file").isFalse();
  }

  /** To open it would wait for whoever writes to it. */
  @Test
  @Timeout(60)
  void aPipeThatComesLaterStopsNobody() throws Exception {
    ReportFile file = reports.resolve("2024/a.pdf");
    Files.delete(file.path());
    Process made = new ProcessBuilder("mkfifo", file.path().toString()).start();
    assumeTrue(made.waitFor() == 0);

    assertThatThrownBy(() -> file.hasContent("0", file.bytes()))
        .isInstanceOf(ArchiveFailure.class)
        .hasMessageContaining("cannot be read");
    assertThat(file.isUnchanged()).isFalse();
  }

  private void assertRefuses(ArchiveError error, String filePath) {
    assertThatThrownBy(() -> reports.resolve(filePath))
        .isInstanceOfSatisfying(
            ArchiveFailure.class,
            failure -> {
              assertThat(failure.error()).as(failure.getMessage()).isEqualTo(error);
              assertThat(failure.hint()).endsWith(".");
            });
  }
}
