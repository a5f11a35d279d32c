package dev.archivist.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The directory of one embedded server: {@code pgdata/}, {@code password}, {@code server.log},
 * {@code lock} and {@code server.lock}.
 *
 * @param path absolute, with no symbolic link in it
 */
record HomeDirectory(Path path) {
  static final String SUPERUSER = "postgres";

  private static final String UNFINISHED = "pgdata.new-";
  private static final int PASSWORD_BYTES = 24;

  /** Makes the directory where it is missing. */
  static HomeDirectory open(Path path) {
    try {
      Files.createDirectories(path);
      return new HomeDirectory(path.toRealPath());
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "cannot make the directory " + path + ": " + e.getMessage(),
          "Make its parent writable, or choose another directory with ARCHIVIST_HOME.",
          e);
    }
  }

  Path dataDirectory() {
    return path.resolve("pgdata");
  }

  Path lockFile() {
    return path.resolve("lock");
  }

  /** Whether there is a server, wherever it was started. */
  ServerLock serverLock() {
    return new ServerLock(path.resolve("server.lock"));
  }

  ServerLog log() {
    return new ServerLog(path.resolve("server.log"));
  }

  /** The server that runs on this home now, whoever started it, if its process can be seen. */
  Optional<Postmaster> runningServer() {
    return Postmaster.of(dataDirectory()).filter(Postmaster::isLive);
  }

  String password() {
    try {
      return Files.readString(passwordFile()).strip();
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "cannot read the password of the embedded server: " + e.getMessage(),
          "Put "
              + passwordFile()
              + " back, or make it readable for the user who runs this program.",
          e);
    }
  }

  /** Makes the data directory where there is none; what an interrupted try left is thrown away. */
  void initialize(PostgresBinaries binaries, ProcessIsolation isolation, boolean durable) {
    try {
      deleteUnfinished();
      if (!Files.exists(dataDirectory().resolve("PG_VERSION"))) {
        requireNoForeignData();
        writePassword();
        Path fresh = Files.createTempDirectory(path, UNFINISHED);
        runInitdb(binaries, isolation, fresh, durable);
        Files.move(fresh, dataDirectory(), StandardCopyOption.ATOMIC_MOVE);
        force(path);
      }
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "cannot make a database in " + path + ": " + e.getMessage(),
          "Make the directory writable and make room on its disk.",
          e);
    }
    requireOwner();
  }

  /**
   * Removes a {@code postmaster.pid} whose process is not a server on this directory. PostgreSQL
   * itself asks only whether the process id is taken, which after a restart of a container it often
   * is, by something else. Call it only under the lock of this home, and where nobody holds the
   * server's: its process may be one that cannot be seen from here.
   */
  void forgetDeadServer() {
    try {
      if (runningServer().isEmpty()) {
        Files.deleteIfExists(Postmaster.file(dataDirectory()));
      }
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "cannot remove what a crashed server left: " + e.getMessage(),
          "Make " + dataDirectory() + " writable for the user who runs this program.",
          e);
    }
  }

  private Path passwordFile() {
    return path.resolve("password");
  }

  private void deleteUnfinished() throws IOException {
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(path, UNFINISHED + "*")) {
      for (Path leftover : leftovers) {
        FileTree.delete(leftover);
      }
    }
  }

  private void requireNoForeignData() throws IOException {
    if (!Files.exists(dataDirectory())) {
      return;
    }
    try (DirectoryStream<Path> content = Files.newDirectoryStream(dataDirectory())) {
      if (content.iterator().hasNext()) {
        throw new EmbeddedServerException(
            dataDirectory() + " holds files but no PG_VERSION, so it is no database",
            "Move these files away, or choose another directory with ARCHIVIST_HOME.");
      }
    }
    Files.delete(dataDirectory());
  }

  /** Keeps a password that an interrupted start has written already. */
  private void writePassword() throws IOException {
    if (Files.exists(passwordFile()) && !password().isEmpty()) {
      return;
    }
    byte[] random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    Files.deleteIfExists(passwordFile());
    Files.createFile(
        passwordFile(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(
        passwordFile(),
        HexFormat.of().formatHex(random) + System.lineSeparator(),
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.SYNC);
  }

  private void runInitdb(
      PostgresBinaries binaries, ProcessIsolation isolation, Path fresh, boolean durable)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(binaries.initdb().toString(), "-D", fresh.toString()));
    command.addAll(List.of("-U", SUPERUSER, "--pwfile", passwordFile().toString()));
    command.addAll(List.of("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"));
    if (!durable) {
      command.add("--no-sync");
    }
    ProcessBuilder builder =
        PostgresEnvironment.clean(new ProcessBuilder(isolation.tied("TERM", command)))
            .directory(path.toFile())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.PIPE);
    Process process = builder.start();
    String output;
    try (InputStream stdout = process.getInputStream()) {
      output = new String(stdout.readAllBytes(), StandardCharsets.UTF_8);
    }
    int exitCode = exitCode(process);
    if (exitCode != 0) {
      throw new EmbeddedServerException(
          "initdb failed with exit code " + exitCode + ":\n" + output.strip(),
          "Fix what initdb reports above, then start again; nothing was kept of this try.");
    }
  }

  private static int exitCode(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new EmbeddedServerException(
          "interrupted while initdb was running", "Start again; nothing was kept of this try.", e);
    }
  }

  /** PostgreSQL refuses to serve a directory of another user, even to root; say so plainly. */
  private void requireOwner() {
    try {
      String owner = Files.getOwner(dataDirectory(), LinkOption.NOFOLLOW_LINKS).getName();
      String here = Files.getOwner(Path.of("/proc/self")).getName();
      if (!owner.equals(here)) {
        throw new EmbeddedServerException(
            dataDirectory() + " belongs to the user " + owner + ", this program runs as " + here,
            "Run it as " + owner + ", or choose another directory with ARCHIVIST_HOME.");
      }
    } catch (IOException e) {
      return; // no /proc: PostgreSQL's own message will do
    }
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
