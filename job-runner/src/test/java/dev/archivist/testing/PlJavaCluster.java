package dev.archivist.testing;

import dev.archivist.embedded.EmbeddedServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A PostgreSQL of this machine that has PL/Java, where one is installed: found by {@code
 * ARCHIVIST_TEST_PG_HOME} (the directory that holds {@code bin}) or by {@code pg_config} on the
 * path.
 */
public final class PlJavaCluster {
  private PlJavaCluster() {}

  private static final class Shared {
    private static final Optional<TestCluster> CLUSTER = start();
  }

  /** The cluster with PL/Java, or empty if this machine has none. */
  public static Optional<TestCluster> shared() {
    return Shared.CLUSTER;
  }

  /** Why there is none, or where it is. */
  public static String description() {
    Optional<Path> home = installation();
    return home.map(path -> "PL/Java of the PostgreSQL in " + path)
        .orElse(
            "no PL/Java was found: put pg_config of a PostgreSQL with PL/Java on the PATH, or set"
                + " ARCHIVIST_TEST_PG_HOME");
  }

  private static Optional<TestCluster> start() {
    return installation()
        .map(
            home ->
                TestCluster.on(
                    EmbeddedServer.start(
                        EmbeddedServer.Config.in(
                                TestCluster.temporaryDirectory("archivist-test-pljava"))
                            .withBinaries(home)
                            .withSetting("fsync", "off")
                            .withSetting("pljava.libjvm_location", libjvm().toString()))));
  }

  /** The JVM of the tests themselves: the engine is compiled for it. */
  static Path libjvm() {
    return Path.of(System.getProperty("java.home"), "lib", "server", "libjvm.so");
  }

  /** The directory that holds {@code bin} of a PostgreSQL whose extensions include pljava. */
  public static Optional<Path> installation() {
    String given = System.getenv("ARCHIVIST_TEST_PG_HOME");
    Optional<String> bin =
        given == null
            ? pgConfig("pg_config", "--bindir")
            : Optional.of(Path.of(given, "bin").toString());
    return bin.filter(
            directory ->
                pgConfig(configIn(directory), "--sharedir")
                    .map(share -> Path.of(share, "extension", "pljava.control"))
                    .filter(Files::isRegularFile)
                    .isPresent())
        .map(directory -> Path.of(directory).getParent())
        .filter(home -> Files.isRegularFile(libjvm()));
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
