package dev.archivist.testing;

import dev.archivist.embedded.EmbeddedServer;
import dev.archivist.engine.ArchiveFunctions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A PostgreSQL of this machine that has PL/Java, where one is installed: found by {@code
 * ARCHIVIST_TEST_PG_HOME} (the directory that holds {@code bin}) or by {@code pg_config} on the
 * path. Where there is none, the image in {@code ops/}, where Docker runs.
 */
public final class PlJavaCluster {
  /** Each session starts a Java that lives for a moment: nearly half the work of the default's. */
  private static final String LIBJVM = "lib/server/libjvm.so";

  private static final int FIRST_WITHOUT_SANDBOX = 24;
  private static final String JVM = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1";

  private PlJavaCluster() {}

  private static final class Shared {
    private static final Optional<TestCluster> CLUSTER = start();
  }

  /** The cluster with PL/Java, or empty if this machine has none. */
  public static Optional<TestCluster> shared() {
    return Shared.CLUSTER;
  }

  private static final class Obstacle {
    private static final Optional<String> FOUND = find();
  }

  /** Why the in-database suite cannot run; empty if it can. */
  public static Optional<String> obstacle() {
    return Obstacle.FOUND;
  }

  private static Optional<String> find() {
    if (!isPackaged()) {
      return Optional.of("the engine is not packaged; run ./mvnw verify");
    }
    if (installation().isEmpty() && !isDockerThere()) {
      return Optional.of(
          "no PL/Java was found; install postgresql-15-pljava from the PostgreSQL project's"
              + " repository and put its pg_config on the PATH, or set ARCHIVIST_TEST_PG_HOME to"
              + " the directory that holds its bin, or run Docker; see docs/pljava.md");
    }
    return Optional.empty();
  }

  /** PL/Java may only load a jar. */
  private static boolean isPackaged() {
    return Path.of(
            ArchiveFunctions.class.getProtectionDomain().getCodeSource().getLocation().getPath())
        .getFileName()
        .toString()
        .endsWith(".jar");
  }

  private static boolean isDockerThere() {
    return System.getenv("ARCHIVIST_TEST_PG_HOME") == null
        && DockerClientFactory.instance().isDockerAvailable();
  }

  /** What the suite runs on, for people. */
  public static String description() {
    return installation()
        .map(home -> "PL/Java " + version(home) + " of the PostgreSQL in " + home)
        .orElse("PL/Java of the image in ops/");
  }

  private static Optional<TestCluster> start() {
    if (obstacle().isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        installation().map(PlJavaCluster::inInstallation).orElseGet(PlJavaCluster::inDocker));
  }

  private static TestCluster inInstallation(Path home) {
    Path directory = TestCluster.temporaryDirectory("archivist-test-pljava");
    Path classes = directory.resolve("classes.jsa");
    TestCluster cluster =
        TestCluster.on(
            EmbeddedServer.start(
                config(home, directory)
                    .withSetting("pljava.vmoptions", JVM + " -XX:SharedArchiveFile=" + classes)));
    cluster.writeClassesOfSession(JVM + " -XX:ArchiveClassesAtExit=" + classes);
    return cluster;
  }

  /** The image's configuration says where its Java is. Not run here: no Docker engine. */
  private static TestCluster inDocker() {
    String image =
        new ImageFromDockerfile("archivist-postgresql-pljava", false)
            .withFileFromPath(".", Path.of("..", "ops", "postgresql-pljava"))
            .get();
    return TestCluster.on(
        new PostgreSQLContainer(
            DockerImageName.parse(image).asCompatibleSubstituteFor("postgres")));
  }

  /** A server of its own whose pg_cron works on this database; empty if pg_cron is not there. */
  public static Optional<TestCluster> withCron(String cronDatabase) {
    return installation()
        .filter(home -> hasExtension(home, "pg_cron"))
        .map(
            home ->
                TestCluster.on(
                    EmbeddedServer.start(
                        config(home, TestCluster.temporaryDirectory("archivist-test-pljava"))
                            .withSetting("shared_preload_libraries", "pg_cron")
                            .withSetting("cron.database_name", cronDatabase)
                            .withSetting("cron.use_background_workers", "on"))));
  }

  private static EmbeddedServer.Config config(Path home, Path directory) {
    return EmbeddedServer.Config.in(directory)
        .withBinaries(home)
        .withSetting("fsync", "off")
        .withSetting("deadlock_timeout", "10s")
        .withSetting("jit", "off")
        .withSetting("pljava.libjvm_location", libjvm().toString())
        .withSetting("pljava.vmoptions", JVM);
  }

  /**
   * The JVM of the tests themselves, or, where that one has no sandbox for PL/Java any more, an
   * older one of this machine.
   */
  static Path libjvm() {
    Path own = Path.of(System.getProperty("java.home"), LIBJVM);
    return Runtime.version().feature() < FIRST_WITHOUT_SANDBOX ? own : olderJvm().orElse(own);
  }

  private static Optional<Path> olderJvm() {
    try (Stream<Path> homes = Files.list(Path.of("/usr/lib/jvm"))) {
      return homes
          .sorted()
          .filter(home -> hasSandbox(home.resolve("release")))
          .map(home -> home.resolve(LIBJVM))
          .filter(Files::isRegularFile)
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean hasSandbox(Path release) {
    Properties properties = new Properties();
    try (BufferedReader reader = Files.newBufferedReader(release)) {
      properties.load(reader);
      String version = properties.getProperty("JAVA_VERSION", "").replace("\"", "");
      int feature = Runtime.Version.parse(version).feature();
      return feature >= 17 && feature < FIRST_WITHOUT_SANDBOX;
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  /** The directory that holds {@code bin} of a PostgreSQL whose extensions include pljava. */
  public static Optional<Path> installation() {
    String given = System.getenv("ARCHIVIST_TEST_PG_HOME");
    Optional<String> bin =
        given == null
            ? pgConfig("pg_config", "--bindir")
            : Optional.of(Path.of(given, "bin").toString());
    return bin.map(directory -> Path.of(directory).getParent())
        .filter(home -> Files.isExecutable(home.resolve("bin").resolve("postgres")))
        .filter(home -> hasExtension(home, "pljava"))
        .filter(home -> Files.isRegularFile(libjvm()));
  }

  private static boolean hasExtension(Path home, String extension) {
    return control(home, extension).filter(Files::isRegularFile).isPresent();
  }

  private static Optional<Path> control(Path home, String extension) {
    return pgConfig(configIn(home.resolve("bin").toString()), "--sharedir")
        .map(share -> Path.of(share, "extension", extension + ".control"));
  }

  private static String version(Path home) {
    try {
      String control = Files.readString(control(home, "pljava").orElseThrow());
      Matcher version = Pattern.compile("default_version\\s*=\\s*'([^']+)'").matcher(control);
      return version.find() ? version.group(1) : "of unknown version";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String configIn(String bin) {
    Path own = Path.of(bin, "pg_config");
    return Files.isExecutable(own) ? own.toString() : "pg_config";
  }

  private static Optional<String> pgConfig(String command, String option) {
    try {
      Process process = new ProcessBuilder(command, option).redirectErrorStream(true).start();
      String answer =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor() == 0 ? Optional.of(answer) : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (UncheckedIOException | IOException e) {
      return Optional.empty();
    }
  }
}
