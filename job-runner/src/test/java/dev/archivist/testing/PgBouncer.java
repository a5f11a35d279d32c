package dev.archivist.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * PgBouncer before a server, where it is installed. It is told to ignore the settings that a client
 * opens its session with; else it refuses every client that has some.
 */
public final class PgBouncer implements AutoCloseable {
  private static final List<Path> PLACES =
      Stream.concat(
              Stream.of(System.getenv("PATH").split(java.io.File.pathSeparator)),
              Stream.of("/usr/sbin", "/usr/local/sbin"))
          .map(directory -> Path.of(directory, "pgbouncer"))
          .toList();

  private final Process process;
  private final Path home;
  private final int port;

  private PgBouncer(Process process, Path home, int port) {
    this.process = process;
    this.home = home;
    this.port = port;
  }

  /**
   * Starts one and waits until it listens.
   *
   * @param mode {@code session} or {@code transaction}
   * @param passwords of the roles that may log in
   * @return empty where there is no PgBouncer
   */
  public static Optional<PgBouncer> start(
      int serverPort, String mode, Map<String, String> passwords) throws IOException {
    Optional<Path> program = PLACES.stream().filter(Files::isExecutable).findFirst();
    if (program.isEmpty()) {
      return Optional.empty();
    }
    int port = FreePort.any();
    // started by root it becomes another user, who has to read this
    Path home = Files.createTempDirectory("archivist-pgbouncer");
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path users = home.resolve("users.txt");
    Files.writeString(
        users,
        passwords.entrySet().stream()
            .map(each -> "\"%s\" \"%s\"%n".formatted(each.getKey(), each.getValue()))
            .collect(Collectors.joining()));
    boolean isRoot = System.getProperty("user.name").equals("root");
    Path settings = home.resolve("pgbouncer.ini");
    Files.writeString(
        settings,
        """
        [databases]
        * = host=127.0.0.1 port=%d
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir =
        auth_type = plain
        auth_file = %s
        pool_mode = %s
        ignore_startup_parameters = extra_float_digits,options
        %s
        """
            .formatted(serverPort, port, users, mode, isRoot ? "user = nobody" : ""));
    for (Path each : List.of(users, settings)) {
      Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rw-r--r--"));
    }
    Process process =
        new ProcessBuilder(program.get().toString(), "-q", settings.toString())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("log").toFile())
            .start();
    PgBouncer bouncer = new PgBouncer(process, home, port);
    Eventually.assertThatSoon(bouncer::requireListening);
    return Optional.of(bouncer);
  }

  private void requireListening() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      if (!socket.isConnected()) {
        throw new AssertionError("PgBouncer does not listen");
      }
    } catch (IOException e) {
      throw new AssertionError("PgBouncer does not listen: " + e.getMessage(), e);
    }
  }

  public int port() {
    return port;
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try (Stream<Path> files = Files.list(home)) {
      for (Path each : files.toList()) {
        Files.delete(each);
      }
    }
    Files.delete(home);
  }
}
