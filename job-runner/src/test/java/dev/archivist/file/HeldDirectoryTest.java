package dev.archivist.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.failure.ArchiveFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is done in a directory is done there, although a link takes its place. */
class HeldDirectoryTest {
  private static final Path FILE = Path.of("file");
  private static final Path OTHER = Path.of("other");

  @TempDir Path temp;
  private Path root;
  private Path elsewhere;

  /** What is done to a directory whose place a link has taken. */
  private enum Act {
    CREATE(held -> held.create(OTHER).close()),
    LINK(held -> held.link(FILE, held, OTHER)),
    RENAME(held -> held.rename(FILE, held, OTHER)),
    DELETE(held -> held.deleteIfExists(FILE)),
    MAKE_DIRECTORY(held -> held.makeDirectory(OTHER)),
    RIGHTS(held -> held.rights(FILE).setPermissions(PosixFilePermissions.fromString("rwxrwxrwx"))),
    READ(held -> assertThat(held.read(FILE)).hasContent("ours")),
    NAMES(held -> assertThat(held.names("f")).containsExactly(FILE)),
    SYNC(held -> held.sync(HeldDirectory.ITSELF));

    private final Done done;

    Act(Done done) {
      this.done = done;
    }
  }

  @FunctionalInterface
  private interface Done {
    void in(HeldDirectory held) throws IOException;
  }

  @BeforeEach
  void makeDirectories() throws IOException {
    root = Files.createDirectories(temp.toRealPath().resolve("root"));
    elsewhere = Files.createDirectories(temp.toRealPath().resolve("elsewhere/b"));
    Files.createDirectories(root.resolve("a/b"));
    Files.writeString(root.resolve("a/b/file"), "ours");
    Files.writeString(elsewhere.resolve("file"), "theirs");
    Files.setPosixFilePermissions(
        elsewhere.resolve("file"), PosixFilePermissions.fromString("rw-------"));
  }

  /** Not the directory itself, but one above it. */
  private void swap() throws IOException {
    Files.move(root.resolve("a"), root.resolve("moved"));
    Files.createSymbolicLink(root.resolve("a"), elsewhere.getParent());
  }

  private HeldDirectory held() throws IOException {
    return HeldDirectory.open(root, root.resolve("a/b"));
  }

  private HeldDirectory heldByName() throws IOException {
    return HeldByName.open(root).directory(Path.of("a")).directory(Path.of("b"));
  }

  private void assertNothingIsElsewhere() throws IOException {
    assertThat(elsewhere.toFile().list()).containsExactly("file");
    assertThat(elsewhere.resolve("file")).hasContent("theirs");
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(elsewhere.resolve("file"))))
        .isEqualTo("rw-------");
  }

  @ParameterizedTest
  @EnumSource(Act.class)
  void isTheDirectoryThatItWas(Act act) throws IOException {
    try (HeldDirectory held = held()) {
      swap();

      act.done.in(held);

      assertNothingIsElsewhere();
      boolean makes = act == Act.CREATE || act == Act.LINK || act == Act.MAKE_DIRECTORY;
      assertThat(Files.exists(root.resolve("moved/b/other"))).isEqualTo(makes || act == Act.RENAME);
    }
  }

  @ParameterizedTest
  @EnumSource(Act.class)
  void refusesWhereTheSystemKnowsPathsOnly(Act act) throws IOException {
    try (HeldDirectory held = heldByName()) {
      act.done.in(held);
      if (Files.notExists(root.resolve("a/b/file"))) {
        Files.writeString(root.resolve("a/b/file"), "ours");
      }
      swap();

      assertThatThrownBy(() -> act.done.in(held))
          .isInstanceOf(ArchiveFailure.class)
          .hasMessageContaining("in the place of a directory");

      assertNothingIsElsewhere();
    }
  }

  @Test
  void isNotOpenedThroughALink() throws IOException {
    swap();

    assertThatThrownBy(this::held)
        .isInstanceOf(ArchiveFailure.class)
        .hasMessageEndingWith(root.resolve("a").toString());
    assertThatThrownBy(this::heldByName).isInstanceOf(ArchiveFailure.class);
    assertThatThrownBy(() -> HeldDirectory.open(root, elsewhere))
        .isInstanceOf(ArchiveFailure.class);
  }

  @Test
  void aMissingOneIsMissing() {
    assertThatThrownBy(() -> HeldDirectory.open(root, root.resolve("none/b")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void knowsThatItIsNotInItsPlaceAnyMore() throws IOException {
    try (HeldDirectory held = held();
        HeldDirectory byName = heldByName()) {
      held.requireInPlace(root);
      byName.requireInPlace(root);
      Files.move(root.resolve("a"), root.resolve("moved"));
      assertThatThrownBy(() -> held.requireInPlace(root)).isInstanceOf(ArchiveFailure.class);
      Files.createDirectories(root.resolve("a/b"));
      assertThatThrownBy(() -> held.requireInPlace(root)).isInstanceOf(ArchiveFailure.class);
      assertThatThrownBy(() -> byName.requireInPlace(root)).isInstanceOf(ArchiveFailure.class);
    }
  }

  @Test
  void aLinkTakesNoNameThatIsTaken() throws IOException {
    Files.writeString(root.resolve("a/b/other"), "another");
    try (HeldDirectory held = held()) {
      assertThatThrownBy(() -> held.link(FILE, held, OTHER))
          .isInstanceOf(FileAlreadyExistsException.class);
    }
    assertThat(root.resolve("a/b/other")).hasContent("another");
  }

  /** Whatever else the program has open, of the same directory or another. */
  @Test
  void findsItselfAmongOthersThatAreOpen() throws IOException {
    try (HeldDirectory first = held();
        HeldDirectory second = HeldDirectory.open(root, root);
        FileChannel open = FileChannel.open(root.resolve("a/b"))) {
      first.link(FILE, first, OTHER);
      second.makeDirectory(OTHER);

      assertThat(open.isOpen()).isTrue();
      assertThat(root.resolve("a/b/other")).hasContent("ours");
      assertThat(root.resolve("other")).isDirectory();
    }
  }
}
