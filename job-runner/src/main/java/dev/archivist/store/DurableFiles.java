package dev.archivist.store;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.file.HeldDirectory;
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

  /**
   * Creates the directory and those above it, and makes their names durable. Those that are new are
   * for their owner alone.
   */
  static void createOwnDirectories(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.getParent();
    if (parent == null) {
      throw new NoSuchFileException(directory.toString());
    }
    createOwnDirectories(parent);
    try {
      Files.createDirectory(directory, ownersAlone(directory));
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)) {
        throw e;
      }
    }
    sync(parent);
  }

  /**
   * Creates the directory and those above it, up to the root, and makes their names durable. Those
   * that are new give nobody more than the first one above that was there. No link below the root
   * is followed.
   *
   * @param root is there
   * @param directory the root, or below it
   * @return the directory
   */
  public static HeldDirectory createDirectories(Path root, Path directory) throws IOException {
    HeldDirectory held = HeldDirectory.open(root, root);
    for (Path name : HeldDirectory.namesBelow(root, directory)) {
      try (HeldDirectory above = held) {
        held = madeIn(above, name);
      }
    }
    return held;
  }

  private static HeldDirectory madeIn(HeldDirectory above, Path name) throws IOException {
    if (!above.contains(name)) {
      make(above, name, FileRights.of(above.rights(HeldDirectory.ITSELF)));
      above.sync(HeldDirectory.ITSELF);
    }
    return above.directory(name);
  }

  /** One that has the group already keeps what a chmod would take: that its files get it too. */
  private static void make(HeldDirectory above, Path name, Optional<FileRights> rights)
      throws IOException {
    try {
      if (rights.isEmpty()) {
        above.makeDirectory(name);
        return;
      }
      FileRights wanted = rights.get();
      above.makeDirectory(name, PosixFilePermissions.asFileAttribute(wanted.permissions()));
      Optional<FileRights> made = FileRights.of(above.rights(name));
      if (made.isPresent() && !made.get().group().equals(wanted.group())) {
        wanted.applyTo(above.rights(name));
      }
    } catch (FileAlreadyExistsException e) {
      // by somebody else; what it is is seen when it is opened
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

  /** The same in directories that are open, whatever their paths lead to by then. */
  public static void publish(
      HeldDirectory from, Path finished, HeldDirectory into, Path target, Path lockFile)
      throws IOException {
    try {
      from.link(finished, into, target);
    } catch (UnsupportedOperationException | FileSystemException e) {
      if (e instanceof FileAlreadyExistsException || e instanceof NoSuchFileException) {
        throw (FileSystemException) e;
      }
      underLock(
          lockFile,
          () -> {
            if (into.contains(target)) {
              throw new FileAlreadyExistsException(target.toString());
            }
            from.rename(finished, into, target);
          });
    }
  }

  /**
   * For file systems without hard links (FAT, some network shares): rename replaces there. The lock
   * is made if it is missing; a link in its place is not followed.
   */
  static void publishUnderLock(Path finished, Path target, Path lockFile) throws IOException {
    underLock(
        lockFile,
        () -> {
          if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(target.toString());
          }
          Files.move(finished, target, StandardCopyOption.ATOMIC_MOVE);
        });
  }

  /** What nobody else who has the lock does at the same time. */
  @FunctionalInterface
  private interface Locked {
    void run() throws IOException;
  }

  private static void underLock(Path lockFile, Locked work) throws IOException {
    requireFile(lockFile);
    synchronized (ONE_PUBLISHER) {
      try (FileChannel channel =
              FileChannel.open(
                  lockFile,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE,
                  LinkOption.NOFOLLOW_LINKS);
          FileLock lock = channel.lock()) {
        if (!lock.isValid()) {
          throw new IOException("lost the lock of " + lockFile);
        }
        work.run();
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
