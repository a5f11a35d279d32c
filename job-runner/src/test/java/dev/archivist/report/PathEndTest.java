package dev.archivist.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where paths of live reports lead to: only what is known to lead nowhere needs no file. */
class PathEndTest {
  @TempDir Path temp;
  private Path root;

  @BeforeEach
  void makeFilesAndLinks() throws IOException {
    root = Files.createDirectories(temp.resolve("root")).toRealPath();
    Files.createDirectories(root.resolve("a"));
    Files.writeString(root.resolve("a/x.csv"), "x");
    Files.createSymbolicLink(root.resolve("b"), Path.of("a"));
    Files.createSymbolicLink(root.resolve("link.csv"), Path.of("b/x.csv"));
    Files.createSymbolicLink(root.resolve("link-to-link.csv"), Path.of("a/../link.csv"));
    Files.createSymbolicLink(root.resolve("dangling.csv"), Path.of("a/gone.csv"));
    Files.createSymbolicLink(root.resolve("nowhere.csv"), Path.of("gone/x.csv"));
    Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));
  }

  private Whereabouts end(String path) {
    return new ReportRoot(root, Long.MAX_VALUE).whereabouts(path);
  }

  @ParameterizedTest
  @CsvSource({
    "a/x.csv,a/x.csv,false",
    "b/x.csv,a/x.csv,false",
    "b/./x.csv/.//,a/x.csv,false",
    "a/../b/x.csv,a/x.csv,false",
    "a/gone.csv,a/gone.csv,false",
    "link.csv,a/x.csv,true",
    "link-to-link.csv,a/x.csv,true",
    "dangling.csv,a/gone.csv,true",
    "a/..,.,false"
  })
  void findsThePlaceWhetherOrNotAFileIsThere(String path, String place, boolean linked) {
    assertThat(end(path)).isEqualTo(new Whereabouts.At(root.resolve(place).normalize(), linked));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gone/x.csv", "gone/../a/x.csv", "a/x.csv/y.csv", "nowhere.csv"})
  void knowsWhatIsNowhere(String path) {
    assertThat(end(path)).isEqualTo(new Whereabouts.Nowhere());
  }

  @ParameterizedTest
  @ValueSource(strings = {"loop", "loop/x.csv", "loop/../a/x.csv"})
  void doesNotGuess(String path) {
    assertThat(end(path)).isInstanceOf(Whereabouts.Unknown.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {256, 5000})
  void doesNotGuessWhereANameIsTooLong(int length) {
    assertThat(end("x".repeat(length))).isInstanceOf(Whereabouts.Unknown.class);
  }
}
