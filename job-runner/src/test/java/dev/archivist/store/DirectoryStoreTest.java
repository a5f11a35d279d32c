package dev.archivist.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.testing.MountedTmpfs;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryStoreTest extends RivalryContract {
  private Path root;

  @Override
  protected ArchiveStore openEmptyStore() {
    root = temp.resolve("archive/of reports");
    return new DirectoryStore(root);
  }

  @Override
  protected ArchiveStore openNeighbour(String where) {
    return new DirectoryStore(root.resolve(where));
  }

  @Test
  void sortsByTheBytesOfKeysNotByTheirJavaCharacters() throws IOException {
    for (String key : new String[] {"🗄", "\uffee", "back\\slash", "a"}) {
      put(key, TestContent.of(temp, key));
      assertThat(text(key)).isEqualTo(key);
    }

    assertThat(keys("")).containsExactly("a", "back\\slash", "\uffee", "🗄");
  }

  /** It may be anybody's. */
  @Test
  void aMarkAroundThatCannotBeReadIsOne() throws IOException {
    Files.createDirectories(root.getParent().resolve(StoreKey.OWNER));

    assertThat(store.owners("")).extracting(FoundMark::text).containsExactly("");
  }

  /** Nor does it matter what it leads to. */
  @Test
  void doesNotReadAMarkThatIsALink() throws IOException {
    Path victim = Files.writeString(temp.resolve("victim"), "root:$6$secret");
    Files.createDirectories(root);
    Files.createSymbolicLink(root.getParent().resolve(StoreKey.OWNER), victim);
    Files.createSymbolicLink(root.resolve(StoreKey.OWNER), victim);
    Files.createSymbolicLink(root.resolve(StoreKey.REPORTS), temp.resolve("nowhere"));
    Files.createDirectory(root.resolve(StoreKey.jobOf("reports")));

    assertThat(store.owners("")).extracting(FoundMark::text).containsExactly("");
    for (String key : List.of(StoreKey.OWNER, StoreKey.REPORTS, StoreKey.jobOf("reports"))) {
      assertThat(store.mark(key)).as(key).get().extracting(FoundMark::text).isEqualTo("");
    }
  }

  @Test
  void knowsWhatItsObjectsAreCalledByTheNameOfItsTarget() throws IOException {
    Files.createDirectories(root);
    Path link = Files.createSymbolicLink(temp.resolve("link"), root);

    try (ArchiveStore linked = new DirectoryStore(link)) {
      assertThat(linked.bases())
          .containsExactly(link.toUri().toString(), root.toRealPath().toUri().toString());
    }
  }

  @Test
  void namesObjectsAsPathsBelowTheDirectory() throws IOException {
    put("reports/2024/01/a.pdf.zst", TestContent.of(temp, "report"));

    assertThat(root.resolve("reports/2024/01/a.pdf.zst")).hasContent("report");
    assertThat(store.uri("reports/2024/01/a.pdf.zst"))
        .startsWith("file:///")
        .endsWith("/archive/of%20reports/reports/2024/01/a.pdf.zst");
  }

  @Test
  void leavesNoTemporaryFiles() throws IOException {
    put("a", TestContent.of(temp, "a"));
    put("a", TestContent.of(temp, "a"));
    assertFails(ArchiveError.OBJECT_CONFLICT, () -> put("a", TestContent.of(temp, "b")));
    assertFails(
        ArchiveError.OBJECT_CORRUPT,
        () -> store.put("c", TestContent.of(temp, "c").file(), "00".repeat(32)));

    assertThat(root.resolve(".archivist-incoming")).isEmptyDirectory();
  }

  private static final String LEFT = "0b9f4f0e-8f3c-4f5e-9d1a-2c3d4e5f6071";

  private static Path old(Path file) throws IOException {
    Files.writeString(file, "half an obj");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
    return file;
  }

  @Test
  void ignoresWhatACrashLeftAndSweepsItLater() throws IOException {
    Path incoming = Files.createDirectories(root.resolve(".archivist-incoming"));
    Path left = old(incoming.resolve(LEFT));
    Path young = incoming.resolve(LEFT.replace('0', '1'));
    Files.writeString(young, "someone writes th");

    assertThat(keys("")).isEmpty();
    put("a", TestContent.of(temp, "a"));

    assertThat(keys("")).containsExactly("a");
    assertThat(left).doesNotExist();
    assertThat(young).exists();
  }

  @Test
  void sweepsNothingThatItCannotHaveLeft() throws IOException {
    Path incoming = Files.createDirectories(root.resolve(".archivist-incoming"));
    Path other = old(incoming.resolve("payroll.db"));
    Path link = incoming.resolve(LEFT);
    Files.createSymbolicLink(link, old(temp.resolve("victim")));
    Path directory = Files.createDirectory(incoming.resolve(LEFT.replace('0', '1')));
    Files.setLastModifiedTime(directory, FileTime.from(Instant.EPOCH));

    put("a", TestContent.of(temp, "a"));

    assertThat(other).exists();
    assertThat(link).isSymbolicLink();
    assertThat(directory).isDirectory();
    assertThat(temp.resolve("victim")).exists();
  }

  /** As doctor does, which only looks. */
  @Test
  void aCheckSweepsNothing() throws IOException {
    Path left = old(Files.createDirectories(root.resolve(".archivist-incoming")).resolve(LEFT));

    store.check();

    assertThat(left).exists();
  }

  /** Else whoever may write to the store had the program delete and write files elsewhere. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void refusesALinkOrAFileInPlaceOfItsOwnDirectory(boolean link) throws IOException {
    Path incoming = Files.createDirectories(root).resolve(".archivist-incoming");
    Path victim = old(Files.createDirectory(temp.resolve("victim")).resolve(LEFT));
    if (link) {
      Files.createSymbolicLink(incoming, victim.getParent());
    } else {
      Files.createFile(incoming);
    }
    TestContent content = TestContent.of(temp, "a");

    for (ThrowingCallable use :
        List.<ThrowingCallable>of(
            store::check,
            () -> put("a", content),
            () -> store.mark(StoreKey.OWNER, new byte[] {1}))) {
      assertThatThrownBy(use)
          .isInstanceOf(ArchiveFailure.class)
          .hasMessageContaining(incoming.toString())
          .extracting(each -> ((ArchiveFailure) each).error())
          .isEqualTo(ArchiveError.STORE_MISSING);
    }

    assertThat(victim.getParent()).isDirectoryContaining("glob:**/" + LEFT);
    assertThat(victim.getParent().toFile().list()).hasSize(1);
    assertThat(root.toFile().list()).containsExactly(".archivist-incoming");
  }

  @Test
  void locksNoFileElsewhere() throws IOException {
    Path content = Files.writeString(temp.resolve("content"), "content");
    Path victim = temp.resolve("victim");
    Path lock = Files.createSymbolicLink(temp.resolve("lock"), victim);

    assertFails(
        ArchiveError.STORE_MISSING,
        () -> DurableFiles.publishUnderLock(content, temp.resolve("target"), lock));

    assertThat(victim).doesNotExist();
    assertThat(temp.resolve("target")).doesNotExist();
  }

  @Test
  void isEmptyBeforeItsDirectoryExists() {
    assertThat(keys("")).isEmpty();
    assertThat(store.stat("a")).isEmpty();
    store.delete("a");
    assertFails(ArchiveError.STORE_MISSING, () -> store.open("a"));
    assertThat(root).doesNotExist();
  }

  @Test
  void isMissingWhereItsDirectoryIsAFile() throws IOException {
    Files.createDirectories(root.getParent());
    Files.writeString(root, "a file");

    assertFails(ArchiveError.STORE_MISSING, () -> store.check());
    assertFails(ArchiveError.STORE_MISSING, () -> put("a", TestContent.of(temp, "a")));
  }

  @Test
  void refusesAnObjectWhereADirectoryIsAndTheOtherWayRound() {
    put("a/b", TestContent.of(temp, "b"));

    assertFails(ArchiveError.OBJECT_CONFLICT, () -> put("a", TestContent.of(temp, "a")));
    assertFails(ArchiveError.OBJECT_CONFLICT, () -> put("a/b/c", TestContent.of(temp, "c")));
    assertFails(ArchiveError.OBJECT_MISSING, () -> store.open("a"));
    assertThat(store.stat("a")).isEmpty();
    assertThat(store.stat("a/b/c")).isEmpty();
    store.delete("a");
    assertThat(keys("")).containsExactly("a/b");
  }

  @Test
  void refusesALocalFileThatIsGone() {
    assertFails(
        ArchiveError.OBJECT_MISSING, () -> store.put("a", temp.resolve("gone"), "00".repeat(32)));
  }

  @Test
  void overwritesNothingWhereTheFileSystemHasNoHardLinks() throws IOException {
    Path first = Files.writeString(temp.resolve("first"), "first");
    Path second = Files.writeString(temp.resolve("second"), "second");
    Path target = temp.resolve("target");
    Path lock = temp.resolve("lock");

    DurableFiles.publishUnderLock(first, target, lock);
    assertThatThrownBy(() -> DurableFiles.publishUnderLock(second, target, lock))
        .isInstanceOf(FileAlreadyExistsException.class);

    assertThat(target).hasContent("first");
    assertThat(second).exists();
  }

  @Test
  void saysThatTheDiskIsFullAndGoesOnWhenThereIsRoom() throws IOException {
    try (MountedTmpfs disk = MountedTmpfs.mount(temp.resolve("disk"), "size=1m")) {
      ArchiveStore small = new DirectoryStore(disk.path().resolve("archive"));
      TestContent large = TestContent.random(temp, 2_000_000, 1);
      TestContent fits = TestContent.random(temp, 500_000, 2);

      assertFails(ArchiveError.STORE_FULL, () -> small.put("large", large.file(), large.sha256()));

      assertThat(small.stat("large")).isEmpty();
      assertThat(small.put("fits", fits.file(), fits.sha256()).bytes()).isEqualTo(500_000);
    }
  }

  @Test
  void saysThatTheDirectoryIsReadOnly() throws IOException {
    try (MountedTmpfs disk = MountedTmpfs.mount(temp.resolve("disk"), "ro")) {
      ArchiveStore readOnly = new DirectoryStore(disk.path());

      assertFails(ArchiveError.STORE_DENIED, readOnly::check);
    }
  }
}
