package dev.archivist.embedded;

import io.zonky.test.db.postgres.util.ArchUtils;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * A PostgreSQL installation: {@code bin/} with {@code postgres} and {@code initdb}, and what they
 * need beside it.
 *
 * @param directory the directory that holds {@code bin/}
 */
record PostgresBinaries(Path directory) {
  private static final int OWNER_EXECUTES = 0100;

  Path postgres() {
    return directory.resolve("bin/postgres");
  }

  Path initdb() {
    return directory.resolve("bin/initdb");
  }

  /** An installation that is not ours. */
  static PostgresBinaries installedAt(Path directory) {
    PostgresBinaries binaries = new PostgresBinaries(directory.toAbsolutePath());
    if (!binaries.isComplete()) {
      throw new EmbeddedServerException(
          "no postgresql installation at " + directory,
          "Name the directory that holds bin/postgres and bin/initdb.");
    }
    return binaries;
  }

  /**
   * The installation that comes with the program, unpacked once a user: below {@code
   * $XDG_CACHE_HOME/archivist}, or inside {@code home} where the user has no cache directory.
   */
  static PostgresBinaries bundled(Path home) {
    URL archive = archive();
    try {
      String name = "postgresql-" + identity(archive);
      Path cache = cacheDirectory();
      try {
        return unpackedAt(cache.resolve(name), archive);
      } catch (FileSystemException unwritable) {
        return unpackedAt(home.resolve(name), archive);
      }
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "cannot unpack postgresql: " + e.getMessage(),
          "Make room on the disk, or point XDG_CACHE_HOME at a directory that can be written.",
          e);
    }
  }

  private boolean isComplete() {
    return Files.isExecutable(postgres()) && Files.isExecutable(initdb());
  }

  private static PostgresBinaries unpackedAt(Path target, URL archive) throws IOException {
    PostgresBinaries binaries = new PostgresBinaries(target);
    if (binaries.isComplete()) {
      return binaries;
    }
    Files.createDirectories(target.getParent());
    Path fresh = Files.createTempDirectory(target.getParent(), ".unpacking-");
    try {
      unpack(archive, fresh);
      Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!binaries.isComplete()) {
        throw e;
      }
      // Another program was quicker; its copy is the same.
    } finally {
      FileTree.delete(fresh);
    }
    return binaries;
  }

  private static void unpack(URL archive, Path target) throws IOException {
    try (InputStream packed = new BufferedInputStream(archive.openStream());
        TarArchiveInputStream tar =
            new TarArchiveInputStream(new XZCompressorInputStream(packed))) {
      for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException("the archive names a file outside itself: " + entry.getName());
        }
        write(tar, entry, path);
      }
    }
  }

  private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path path)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    Files.createDirectories(path.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(tar, path);
    if ((entry.getMode() & OWNER_EXECUTES) != 0) {
      Set<PosixFilePermission> modes = EnumSet.copyOf(Files.getPosixFilePermissions(path));
      modes.add(PosixFilePermission.OWNER_EXECUTE);
      Files.setPosixFilePermissions(path, modes);
    }
  }

  private static URL archive() {
    String system =
        System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac")
            ? "darwin"
            : "linux";
    String machine = ArchUtils.normalize(System.getProperty("os.arch"));
    String name = "postgres-" + system + "-" + machine;
    return Stream.of(name + ".txz", name + "-alpine_linux.txz")
        .map(PostgresBinaries.class.getClassLoader()::getResource)
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow(
            () ->
                new EmbeddedServerException(
                    "this build carries no postgresql for " + system + " on " + machine,
                    "Set DATABASE_URL to a server of your own."));
  }

  /** Names the archive's content, without reading its megabytes at each start. */
  private static String identity(URL archive) throws IOException {
    if (archive.openConnection() instanceof JarURLConnection jar) {
      return Long.toHexString(jar.getJarEntry().getCrc());
    }
    return Long.toHexString(archive.openConnection().getLastModified());
  }

  private static Path cacheDirectory() {
    String configured = System.getenv("XDG_CACHE_HOME");
    Path cache =
        configured != null && Path.of(configured).isAbsolute()
            ? Path.of(configured)
            : Path.of(System.getProperty("user.home"), ".cache");
    return cache.resolve("archivist");
  }
}
