package dev.archivist.file;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * A directory that was found once, and is the one that everything is done in from then on, whatever
 * its path leads to meanwhile: who may write to a directory above can put a symbolic link in its
 * place at any moment. Names in it are single names, and a link that has one is not followed.
 *
 * <p>Where the system can do things relative to an open directory, none is done by path. Elsewhere
 * the directory's identity (device and inode) is compared before and after each.
 *
 * <p>Methods throw {@link ArchiveFailure} {@code REPORT_UNREADABLE} where another thing has taken
 * the place of a directory.
 */
public sealed interface HeldDirectory extends Closeable permits HeldByHandle, HeldByName {

  /** Itself, among the names in it. */
  Path ITSELF = Path.of(".");

  /** What its owner may do with a directory that is nobody else's. */
  Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");

  /**
   * Opens the directory, name by name from the root downwards, following no link.
   *
   * @param root is found by its path, by whatever links: who may change these may change anything
   * @param directory the root, or below it
   * @throws NoSuchFileException if one is not there
   * @throws NotDirectoryException if one is a file
   */
  static HeldDirectory open(Path root, Path directory) throws IOException {
    HeldDirectory held = openRoot(root);
    for (Path name : namesBelow(root, directory)) {
      try (HeldDirectory above = held) {
        held = above.directory(name);
      }
    }
    return held;
  }

  /** The names that lead from the root to the directory; none if it is the root. */
  static List<Path> namesBelow(Path root, Path directory) {
    if (!directory.startsWith(root)) {
      throw replaced(directory, null);
    }
    Path below = root.relativize(directory);
    return below.toString().isEmpty()
        ? List.of()
        : StreamSupport.stream(below.spliterator(), false).toList();
  }

  /** What is opened stays open; it is closed with the directory that holds it. */
  @SuppressWarnings("StreamResourceLeak")
  private static HeldDirectory openRoot(Path root) throws IOException {
    DirectoryStream<Path> stream = Files.newDirectoryStream(root);
    if (stream instanceof SecureDirectoryStream<Path> handle) {
      return new HeldByHandle(root, handle);
    }
    stream.close();
    return HeldByName.open(root);
  }

  /** The path by which it was found. */
  Path path();

  /** What the file system knows it by (device and inode); null where it has no such thing. */
  Object key() throws IOException;

  /**
   * Opens the directory of that name in it.
   *
   * @throws NoSuchFileException if there is none
   */
  HeldDirectory directory(Path name) throws IOException;

  /** Makes a directory in it; what is above the name is not looked up again. */
  void makeDirectory(Path name, FileAttribute<?>... attributes) throws IOException;

  BasicFileAttributes look(Path name) throws IOException;

  /** The permissions of what has the name; null where the file system has none. */
  PosixFileAttributeView rights(Path name) throws IOException;

  InputStream read(Path name) throws IOException;

  /** Makes a file in it and opens it for writing. */
  FileChannel create(Path name, FileAttribute<?>... attributes) throws IOException;

  /**
   * Gives a file of it another name, there or in another directory, in one step; a file that has
   * the name is replaced.
   */
  void rename(Path file, HeldDirectory into, Path name) throws IOException;

  /**
   * Gives a file of it another name besides, there or in another directory.
   *
   * @throws FileAlreadyExistsException if the name is taken
   * @throws UnsupportedOperationException where that cannot be done in these very directories
   */
  void link(Path file, HeldDirectory into, Path name) throws IOException;

  /** Deletes a directory of it that is empty; that it is gone already is a success. */
  void deleteDirectoryIfExists(Path name) throws IOException;

  /**
   * Makes a directory in it where nobody but this user can put or rename anything, and opens it.
   *
   * @param name nobody has it yet
   * @throws ArchiveFailure {@code REPORT_UNREADABLE} if another one has taken its place
   */
  default HeldDirectory makePrivate(Path name) throws IOException {
    boolean hasRights = rights(ITSELF) != null;
    makeDirectory(
        name,
        hasRights
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER)}
            : new FileAttribute<?>[0]);
    HeldDirectory made = directory(name);
    boolean isOurs = false;
    try {
      if (hasRights && !made.isPrivate()) {
        throw replaced(path().resolve(name), null);
      }
      isOurs = true;
      return made;
    } finally {
      if (!isOurs) {
        made.close();
      }
    }
  }

  /** Whether its owner is the one of what this user makes there, and others may do nothing. */
  private boolean isPrivate() throws IOException {
    Path probe = Path.of("probe");
    create(probe).close();
    UserPrincipal user = rights(probe).readAttributes().owner();
    deleteIfExists(probe);
    PosixFileAttributes own = rights(ITSELF).readAttributes();
    return own.owner().equals(user) && OWNER.containsAll(own.permissions());
  }

  /** Deletes a file of it; that it is gone already is a success. */
  void deleteIfExists(Path name) throws IOException;

  /** The names in it that begin so. */
  List<Path> names(String start) throws IOException;

  /** Makes what has the name durable; of {@link #ITSELF}, the names in it. */
  void sync(Path name) throws IOException;

  /** Whether something has the name, a link that leads nowhere too. */
  default boolean contains(Path name) throws IOException {
    try {
      look(name);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /**
   * Makes sure that its path, from the root downwards, still leads to it.
   *
   * @throws ArchiveFailure {@code REPORT_UNREADABLE} if not
   */
  default void requireInPlace(Path root) throws IOException {
    try (HeldDirectory now = open(root, path())) {
      if (key() != null && !key().equals(now.key())) {
        throw replaced(path(), null);
      }
    } catch (NoSuchFileException e) {
      throw replaced(path(), e);
    }
  }

  /** Where real directories were found, a link came afterwards. */
  static void requireDirectory(Path path, BasicFileAttributes there) throws IOException {
    if (there.isSymbolicLink()) {
      throw replaced(path, null);
    }
    if (!there.isDirectory()) {
      throw new NotDirectoryException(path.toString());
    }
  }

  /** To open a pipe would wait for whoever writes to it. */
  static void requireFile(Path path, BasicFileAttributes there) throws IOException {
    if (!there.isRegularFile()) {
      throw new FileSystemException(path.toString(), null, "it is no ordinary file");
    }
  }

  /** The failure where a path leads elsewhere than it did. */
  static ArchiveFailure replaced(Path directory, Exception cause) {
    return new ArchiveFailure(
        ArchiveError.REPORT_UNREADABLE,
        "something else, or nothing, is in the place of a directory on a report's path: "
            + directory,
        "Nothing was done with what is there now. Find out who moved the directory or put a link in"
            + " its place, put it back, and do the same again.",
        cause);
  }
}
