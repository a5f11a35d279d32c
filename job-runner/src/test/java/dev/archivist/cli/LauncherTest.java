package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.testing.Eventually;
import dev.archivist.testing.TestDatabase;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the launcher keeps the classes of one start for the next, in a release as it is unpacked. */
class LauncherTest {
  private static final Duration LEARNING = Duration.ofMinutes(8);

  @TempDir static Path release;
  @TempDir static Path learned;
  @TempDir Path temp;

  private static TestDatabase db;
  private static Path classes;

  private record Said(int code, String out, String err) {}

  @BeforeAll
  static void unpackAndLearn() throws Exception {
    db = TestDatabase.migrated();
    Files.copy(
        Path.of("..", "archivist"),
        release.resolve("archivist"),
        StandardCopyOption.COPY_ATTRIBUTES);
    Files.createDirectory(release.resolve("lib"));
    String[] path = System.getProperty("java.class.path").split(":");
    for (int i = 0; i < path.length; i++) {
      Path jar = release.resolve("lib/%03d.jar".formatted(i));
      if (Files.isDirectory(Path.of(path[i]))) {
        pack(Path.of(path[i]), jar);
      } else if (Files.exists(Path.of(path[i]))) {
        Files.createSymbolicLink(jar, Path.of(path[i]).toAbsolutePath());
      }
    }
    assertThat(start(learned, "", "status").code()).isZero();
    Eventually.assertThatSoon(LEARNING, () -> assertThat(keptIn(learned)).hasSize(1));
    classes = keptIn(learned).get(0);
  }

  /** JUnit warns of each link that it finds in its directory. */
  @AfterAll
  static void clean() throws IOException {
    for (Path each : listed(release.resolve("lib"))) {
      Files.delete(each);
    }
    db.close();
  }

  @Test
  void takesTheClassesThatAnEarlierStartHasLoaded() throws Exception {
    Path log = temp.resolve("classes.log");

    Said said = start(learned, "-Xlog:class+load:file=" + log, "status");

    assertThat(said.code()).isZero();
    assertThat(said.err()).isEmpty();
    assertThat(Files.readString(log))
        .containsPattern("dev\\.archivist\\.cli\\.StatusCommand source: shared objects file")
        .containsPattern("org\\.postgresql\\.Driver source: shared objects file");
    assertThat(start(learned, "", "--version").out()).startsWith("archivist ");
  }

  @Test
  void saysNothingOfClassesThatDoNotFit() throws Exception {
    Said before = start(learned, "", "status");

    Files.createDirectories(temp.resolve("archivist"));
    Path torn = temp.resolve("archivist").resolve(classes.getFileName());
    Files.write(torn, new byte[5000]);
    Said withTorn = start(temp, "", "status");
    Files.copy(classes, torn, StandardCopyOption.REPLACE_EXISTING);
    Said ofOthers = start(temp, "-Xbootclasspath/a:/nowhere.jar", "status");

    assertThat(withTorn).isEqualTo(before);
    assertThat(ofOthers).isEqualTo(before);
  }

  @Test
  void keepsNothingWhereOthersCanWriteOrNobodyCan() throws Exception {
    Path open = Files.createDirectories(temp.resolve("open/archivist"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.copy(classes, open.resolve(classes.getFileName()));
    Path log = temp.resolve("classes.log");
    Files.createDirectories(temp.resolve("file"));
    Files.createFile(temp.resolve("file/archivist"));

    Said whereOthersWrite =
        start(temp.resolve("open"), "-Xlog:class+load:file=" + log, "--version");
    Said whereNobodyCan = start(temp.resolve("file"), "", "--version");

    assertThat(Files.readString(log))
        .containsPattern("dev\\.archivist\\.Main source: (jar:)?file:");
    assertThat(whereOthersWrite.err() + whereNobodyCan.err()).isEmpty();
    assertThat(whereOthersWrite.code() + whereNobodyCan.code()).isZero();
  }

  @Test
  void letsTheUsersOptionsForJavaWin() throws Exception {
    Said said =
        start(
            learned,
            "-XX:+UseParallelGC -XX:TieredStopAtLevel=3 -Xshare:off -Xlog:gc+init",
            "--version");

    assertThat(said.code()).isZero();
    assertThat(said.out()).contains("Parallel Workers").contains("archivist ");
  }

  private static List<Path> keptIn(Path cache) throws IOException {
    return listed(cache.resolve("archivist")).stream()
        .filter(file -> file.toString().endsWith(".jsa"))
        .toList();
  }

  private static List<Path> listed(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  private static Said start(Path cache, String options, String... arguments) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Stream.concat(Stream.of(release.resolve("archivist").toString()), Stream.of(arguments))
                .toList());
    builder.environment().keySet().removeIf(name -> name.startsWith("ARCHIV"));
    builder
        .environment()
        .putAll(
            Map.of(
                "DATABASE_URL", db.url(),
                "ARCHIVIST_HOME", release.resolve("home").toString(),
                "ARCHIVIST_JAVA_OPTS", options,
                "JAVA_HOME", System.getProperty("java.home"),
                "XDG_CACHE_HOME", cache.toString()));
    Path out = Files.createTempFile(release, "out", "");
    Path err = Files.createTempFile(release, "err", "");
    int code = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start().waitFor();
    return new Said(code, Files.readString(out), Files.readString(err));
  }

  private static void pack(Path directory, Path jar) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream packed = new JarOutputStream(file);
        Stream<Path> files = Files.walk(directory)) {
      packed.setLevel(0);
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        packed.putNextEntry(new JarEntry(directory.relativize(each).toString()));
        Files.copy(each, packed);
        packed.closeEntry();
      }
    }
  }
}
