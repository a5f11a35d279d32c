package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.report.ArchivedReport;
import dev.archivist.engine.report.StoredReport;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.report.Codec;
import dev.archivist.report.ReportFile;
import dev.archivist.report.ReportRoot;
import dev.archivist.store.FileRights;
import dev.archivist.store.LocalContent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who may write to a directory above a report's file puts another in its place between the look and
 * the use: nothing is written, changed or deleted there, and nothing is lost.
 */
class SwappedDirectoryTest {
  private static final String ALL = "{\"from\": \"2000-01-01\", \"to\": \"2200-01-01\"}";
  private static final byte[] CONTENT = "private\n".repeat(10).getBytes(StandardCharsets.UTF_8);

  @TempDir Path temp;
  private Path home;
  private Path root;
  private Path elsewhere;

  private enum Swap {
    LINK,
    DIRECTORY,
    NOTHING
  }

  @BeforeEach
  void makeDirectories() throws IOException {
    home = temp.toRealPath();
    root = home.resolve("reports");
    elsewhere = Files.createDirectories(home.resolve("elsewhere"));
    Files.createDirectories(elsewhere.resolve("5"));
    Files.writeString(elsewhere.resolve("5/kept"), "kept");
  }

  private void swap(Swap swap) {
    try {
      if (Files.exists(root.resolve("2024"))) {
        Files.move(root.resolve("2024"), root.resolve("moved"));
      }
      switch (swap) {
        case LINK -> Files.createSymbolicLink(root.resolve("2024"), elsewhere);
        case DIRECTORY -> Files.createDirectories(root.resolve("2024/5"));
        case NOTHING -> {}
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void assertNothingIsElsewhere() throws IOException {
    try (Stream<Path> files = Files.walk(elsewhere)) {
      assertThat(files.filter(Files::isRegularFile).map(elsewhere::relativize).map(Path::toString))
          .containsExactly("5/kept");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"before open", "after open"})
  void aRestoreWritesNothingThere(String step) throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      UUID id = world.report("2024/5/a.csv");
      world.run();
      world.onStoreCall(
          call -> {
            if (call.equals(step)) {
              swap(Swap.LINK);
            }
          });

      JobOutcome outcome = world.restore(ALL);

      assertThat(outcome.problems())
          .singleElement()
          .asString()
          .startsWith(id + ": something else, or nothing, is in the place of a directory on a");
      assertNothingIsElsewhere();
      world.assertNothingLost();
      assertThat(world.db.number("SELECT count(*) FROM reports_archive")).isEqualTo(1);
      world.onStoreCall(call -> {});
      Files.delete(root.resolve("2024"));
      assertThat(world.restore(ALL).status()).isEqualTo("completed");
      world.assertAllLive();
    }
  }

  /** While the file is written beside its place. */
  @ParameterizedTest
  @EnumSource(Swap.class)
  void aFileThatIsOnItsWayIsNotPutThere(Swap swap) throws IOException {
    Files.createDirectories(root.resolve("2024/5"));
    UUID id = UUID.randomUUID();
    AtomicReference<Path> planted = new AtomicReference<>();

    assertThatThrownBy(
            () ->
                put(
                    id,
                    () -> {
                      planted.set(plant(elsewhere.resolve("5").resolve(onItsWay().getFileName())));
                      swap(swap);
                    }))
        .isInstanceOfSatisfying(
            ArchiveFailure.class,
            failure -> assertThat(failure.error()).isEqualTo(ArchiveError.REPORT_UNREADABLE))
        .hasMessageContaining("in the place of a directory");

    Path victim = planted.get();
    assertIsAnothers(victim);
    Files.delete(victim);
    Files.delete(victim.getParent());
    assertNothingIsElsewhere();
    assertThat(root.resolve("moved/5")).isEmptyDirectory();
  }

  /** What is written has rights of its own: another file must not get them. */
  @Test
  void anotherFileInItsPlaceIsNotTakenForIt() throws IOException {
    Files.createDirectories(root.resolve("2024/5"));
    Path victim = plant(home.resolve("another"));

    put(
        UUID.randomUUID(),
        () -> {
          try {
            Path own = onItsWay();
            Files.move(own, home.resolve("aside"));
            Files.createDirectory(own);
            Files.createLink(own.resolve("content"), victim);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });

    assertIsAnothers(victim);
    assertThat(root.resolve("2024/5/a.csv")).hasBinaryContent(CONTENT);
    assertThat(Files.getPosixFilePermissions(root.resolve("2024/5/a.csv")))
        .isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
  }

  /** The directory that the restored file is written in. */
  private Path onItsWay() {
    try (Stream<Path> all = Files.list(root.resolve("2024/5"))) {
      return all.filter(each -> each.getFileName().toString().startsWith(".archivist-restore-"))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path plant(Path directory) {
    try {
      Path victim = Files.createDirectories(directory).resolve("content");
      Files.writeString(victim, "another's");
      Files.setPosixFilePermissions(victim, PosixFilePermissions.fromString("rw-------"));
      return victim;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertIsAnothers(Path victim) throws IOException {
    assertThat(victim).hasContent("another's");
    assertThat(FileRights.of(victim).orElseThrow().permissions())
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  /** And where nobody does, it gets there. */
  @Test
  void aFileThatIsOnItsWayGetsThere() throws IOException {
    Files.createDirectories(root);

    put(UUID.randomUUID(), () -> {});

    assertThat(root.resolve("2024/5/a.csv")).hasBinaryContent(CONTENT);
  }

  private void put(UUID id, Runnable meanwhile) throws IOException {
    ReportRoot reports = new ReportRoot(root, Long.MAX_VALUE);
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    Codec.ZSTD.compress(new ByteArrayInputStream(CONTENT), compressed);
    StoredReport object =
        new StoredReport(
            "file:///a",
            CONTENT.length,
            LocalContent.sha256Of(new ByteArrayInputStream(CONTENT)),
            compressed.size(),
            "",
            null);
    RestoredFile file =
        new RestoredFile(
            reports.realRoot(),
            reports.place("2024/5/a.csv"),
            new ArchivedReport(id, OffsetDateTime.now(ZoneOffset.UTC), "2024/5/a.csv", object),
            home.resolve("lock"));
    InputStream stored =
        new FilterInputStream(new ByteArrayInputStream(compressed.toByteArray())) {
          private boolean read;

          @Override
          public int read(byte[] buffer, int offset, int length) throws IOException {
            if (!read) {
              read = true;
              meanwhile.run();
            }
            return super.read(buffer, offset, length);
          }
        };
    file.put(
        stored,
        Codec.ZSTD,
        Optional.of(new FileRights(PosixFilePermissions.fromString("rw-r--r--"), "root")));
  }

  /** What is there is the very file, under another name: not even that is touched. */
  @ParameterizedTest
  @EnumSource(value = Swap.class, names = "LINK")
  void aFileThatIsLookedAtIsUsedNowhereElse(Swap swap) throws IOException {
    Files.createDirectories(root.resolve("2024"));
    Files.write(root.resolve("2024/a.csv"), CONTENT);
    Files.createLink(elsewhere.resolve("a.csv"), root.resolve("2024/a.csv"));
    ReportFile file = new ReportRoot(root, Long.MAX_VALUE).resolve("2024/a.csv");

    swap(swap);

    List<Runnable> uses =
        List.of(
            file::isUnchanged,
            () -> file.hasContent("", CONTENT.length),
            () -> file.rename(file.path().resolveSibling("b.csv")),
            file::delete);
    for (Runnable use : uses) {
      assertThatThrownBy(use::run)
          .isInstanceOf(ArchiveFailure.class)
          .hasMessageContaining("in the place of a directory");
    }
    assertThatThrownBy(() -> ReportFile.at(root, root.resolve("2024/a.csv")))
        .isInstanceOf(ArchiveFailure.class);
    assertThat(Set.of(elsewhere.toFile().list())).containsExactlyInAnyOrder("5", "a.csv");
  }
}
