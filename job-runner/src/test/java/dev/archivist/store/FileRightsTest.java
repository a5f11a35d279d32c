package dev.archivist.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A copy gives nobody more than what it is a copy of. */
class FileRightsTest {
  @TempDir Path temp;

  private static FileRights rights(String permissions, String group) {
    return new FileRights(PosixFilePermissions.fromString(permissions), group);
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static void give(Path file, String group) throws IOException {
    try {
      Files.setAttribute(file, "unix:gid", Integer.valueOf(group));
    } catch (IOException e) {
      assumeTrue(false, "needs the right to give a file to another group");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw-r-----", "rw----r--", "rwxrwxrwx", "---------"})
  void theSameGroupMayTheSame(String permissions) throws IOException {
    Path file = Files.createFile(temp.resolve("file"));
    String group = FileRights.of(file).orElseThrow().group();

    rights(permissions, group).applyTo(file);

    assertThat(FileRights.of(file)).contains(rights(permissions, group));
  }

  /** Its members are others of the copy: what it was denied, others are denied. */
  @ParameterizedTest
  @CsvSource({
    "rw-r--r--,rw----r--",
    "rw-rw----,rw-------",
    "rw----r--,rw-------",
    "rwx--xrwx,rwx-----x",
    "rwxr-xrwx,rwx---r-x",
    "rw--w-r--,rw-------",
    "rwxrwxrwx,rwx---rwx"
  })
  void whereTheGroupIsUnknownNobodyMayMore(String permissions, String copied) throws IOException {
    Path file = Files.createFile(temp.resolve("file"));

    rights(permissions, "no such group").applyTo(file);

    assertThat(permissions(file)).isEqualTo(copied);
  }

  @Test
  void theCopyGetsTheGroup() throws IOException {
    Path source = Files.createFile(temp.resolve("source"));
    give(source, "54321");
    Files.setPosixFilePermissions(source, PosixFilePermissions.fromString("rw-r-----"));
    Path copy = Files.createFile(temp.resolve("copy"));

    FileRights.of(source).orElseThrow().applyTo(copy);

    assertThat(FileRights.of(copy)).contains(rights("rw-r-----", "54321"));
  }

  /** Whoever is in the runner's own group may not what that of the directory above may. */
  @Test
  void newDirectoriesAreForTheGroupOfTheOneAbove() throws IOException {
    Path above = Files.createDirectory(temp.resolve("above"));
    give(above, "54321");
    Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("rwxr-x---"));

    DurableFiles.createDirectories(temp, above.resolve("a/b")).close();

    for (String each : new String[] {"a", "a/b"}) {
      assertThat(FileRights.of(above.resolve(each))).contains(rights("rwxr-x---", "54321"));
    }
  }

  @Test
  void theyPassTheirGroupOnIfTheOneAboveDoes() throws IOException {
    Path above = Files.createDirectory(temp.resolve("above"));
    give(above, "54321");
    Files.setAttribute(above, "unix:mode", 02750);

    DurableFiles.createDirectories(temp, above.resolve("a")).close();

    assertThat((int) Files.getAttribute(above.resolve("a"), "unix:mode") & 07777).isEqualTo(02750);
    assertThat(FileRights.of(above.resolve("a"))).contains(rights("rwxr-x---", "54321"));
  }
}
