package dev.archivist.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several processes, one directory. */
class DirectoryStoreProcessesTest {
  private static final int KEYS = 300;

  @TempDir Path temp;

  @Test
  @Timeout(60)
  void everyKeyIsWonByExactlyOneProcess() throws Exception {
    Path root = temp.resolve("store");
    Process left = writer(root, TestContent.random(temp, 20_000, 1));
    Process right = writer(root, TestContent.random(temp, 20_000, 2));

    for (Process each : List.of(left, right)) {
      assertThat(each.getInputStream().read()).isEqualTo('?');
    }
    for (Process each : List.of(left, right)) {
      each.getOutputStream().close();
    }
    List<String> won = new ArrayList<>();
    for (Process each : List.of(left, right)) {
      try (BufferedReader lines = each.inputReader(StandardCharsets.UTF_8)) {
        lines.lines().forEach(won::add);
      }
      assertThat(each.waitFor()).isZero();
    }

    assertThat(won)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, KEYS).mapToObj(key -> "won " + key).toList());
  }

  @Test
  @Timeout(60)
  void aKilledWriterLeavesNoObjectAndIsNotInTheWay() throws Exception {
    Path root = temp.resolve("store");
    TestContent large = TestContent.random(temp, 200_000_000, 3);
    Process writer = writer(root, large);
    writer.getOutputStream().close();
    while (!hasHalfAnObject(root)) {
      assertThat(writer.waitFor(1, TimeUnit.MILLISECONDS))
          .as("was too quick to be killed")
          .isFalse();
    }
    writer.destroyForcibly().waitFor();

    try (ArchiveStore store = new DirectoryStore(root)) {
      assertThat(store.stat("0")).isEmpty();
      assertThat(store.put("0", large.file(), large.sha256()).bytes()).isEqualTo(large.bytes());
      assertThat(LocalContent.sha256Of(store.open("0"))).isEqualTo(large.sha256());
    }
  }

  private static boolean hasHalfAnObject(Path root) throws IOException {
    Path incoming = root.resolve(".archivist-incoming");
    if (!Files.isDirectory(incoming)) {
      return false;
    }
    try (var files = Files.list(incoming)) {
      return files.anyMatch(file -> file.toFile().length() > 1_000_000);
    }
  }

  private static Process writer(Path root, TestContent content) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Writer.class.getName(),
            root.toString(),
            content.file().toString(),
            content.sha256())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Puts its file under every key and says which were free. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) throws IOException {
      System.out.print('?');
      System.out.flush();
      System.in.read();
      try (ArchiveStore store = new DirectoryStore(Path.of(args[0]))) {
        for (int key = 0; key < KEYS; key++) {
          put(store, key, Path.of(args[1]), args[2]);
        }
      }
    }

    private static void put(ArchiveStore store, int key, Path file, String sha256) {
      try {
        store.put(Integer.toString(key), file, sha256);
        System.out.println("won " + key);
      } catch (ArchiveFailure failure) {
        if (failure.error() != ArchiveError.OBJECT_CONFLICT) {
          throw failure;
        }
      }
    }
  }
}
