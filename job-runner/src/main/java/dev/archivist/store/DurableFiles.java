package dev.archivist.store;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** File operations that a crash of the machine does not undo. */
public final class DurableFiles {
  private static final Set<PosixFilePermission> OWNERS =
      PosixFilePermissions.fromString("rwx------");
  private static final Object ONE_PUBLISHER = new Object();

  private DurableFiles() {}

  /** Permissions of a new file or directory for nobody but its owner, where there are any. */
  public static FileAttribute<?>[] ownersAlone(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNERS)}
        : new FileAttribute<?>[0];
  }

  /** As {@link #createDirectories}, those that are new for their owner alone. */
  static void createOwnDirectories(Path directory) throws IOException {
    createDirectories(directory, Optional.empty());
  }

  /**
   * Creates the directory and those above it, and makes their names durable. Those that are new
   * give nobody more than the first one above that was there.
   */
  public static void createDirectories(Path directory) throws IOException {
    Path above = directory;
    while (above != null && !Files.isDirectory(above)) {
      above = above.getParent();
    }
    createDirectories(directory, above == null ? Optional.empty() : FileRights.of(above));
  }

  /**
   * @param rights of those that are new; if there are none, they are for their owner alone
   */
  private static void createDirectories(Path directory, Optional<FileRights> rights)
      throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.getParent();
    if (parent == null) {
      throw new NoSuchFileException(directory.toString());
    }
    createDirectories(parent, rights);
    try {
      createDirectory(directory, rights);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)) {
        throw e;
      }
    }
    sync(parent);
  }

  /** One that has the group already keeps what a chmod would take: that its files get it too. */
  private static void createDirectory(Path directory, Optional<FileRights> rights)
      throws IOException {
    if (rights.isEmpty()) {
      Files.createDirectory(directory, ownersAlone(directory));
      return;
    }
    FileRights wanted = rights.get();
    Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(wanted.permissions()));
    Optional<FileRights> made = FileRights.of(directory);
    if (made.isPresent() && !made.get().group().equals(wanted.group())) {
      wanted.applyTo(directory);
    }
  }

  /** Makes the names in the directory durable. */
  public static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Makes the names in the directory and in all above it, up to the last one, durable. */
  static void syncUpTo(Path directory, Path last) throws IOException {
    for (Path each = directory; each != null; each = each.equals(last) ? null : each.getParent()) {
      sync(each);
    }
  }

  /**
   * Gives the finished file its name, unless the name is taken; another process may try the same at
   * the same moment. The caller removes the temporary name where it is still there.
   *
   * @throws FileAlreadyExistsException if the name is taken; nothing was changed
   */
  public static void publish(Path finished, Path target, Path lockFile) throws IOException {
    try {
      Files.createLink(target, finished);
    } catch (UnsupportedOperationException | FileSystemException e) {
      if (e instanceof FileAlreadyExistsException || e instanceof NoSuchFileException) {
        throw (FileSystemException) e;
      }
      publishUnderLock(finished, target, lockFile);
    }
  }

  /**
   * For file systems without hard links (FAT, some network shares): rename replaces there. The lock
   * is made if it is missing; a link in its place is not followed.
   */
  static void publishUnderLock(Path finished, Path target, Path lockFile) throws IOException {
    requireFile(lockFile);
    synchronized (ONE_PUBLISHER) {
      try (FileChannel channel =
              FileChannel.open(
                  lockFile,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE,
                  LinkOption.NOFOLLOW_LINKS);
          FileLock lock = channel.lock()) {
        if (!lock.isValid() || Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
          throw new FileAlreadyExistsException(target.toString());
        }
        Files.move(finished, target, StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }

  /** To open a pipe would wait for ever. */
  private static void requireFile(Path lockFile) {
    if (Files.exists(lockFile, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(lockFile, LinkOption.NOFOLLOW_LINKS)) {
      throw new ArchiveFailure(
          ArchiveError.STORE_MISSING,
          "%s is not the file that archivist locks there, but a link or something else"
              .formatted(lockFile),
          "Nothing was changed. Find out who put it there, and remove it; archivist makes the file"
              + " itself.");
    }
  }
}
