package dev.archivist.store;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Where a directory's store writes its files before they get their names, in the same tree. Whoever
 * may write to the store could put a link in its place, so none is followed there, and nothing is
 * deleted but what the store itself may have left.
 */
final class Incoming {
  private static final String NAME = StoreKey.RESERVED + "incoming";
  private static final Pattern TEMPORARY =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");
  private static final Duration LEFTOVER_AGE = Duration.ofDays(1);

  private final Path root;
  private final Path directory;

  Incoming(Path root) {
    this.root = root;
    this.directory = root.resolve(NAME);
  }

  /**
   * Makes it, and the store, where they are missing.
   *
   * @throws ArchiveFailure {@code STORE_MISSING} if something else is in its place
   */
  void create() throws IOException {
    DurableFiles.createOwnDirectories(root);
    requireOwnDirectory();
    DurableFiles.createOwnDirectories(directory);
    requireOwnDirectory();
  }

  /** A name that is free. */
  Path newFile() {
    return directory.resolve(UUID.randomUUID().toString());
  }

  /**
   * Deletes what a crash left half-written; younger files may belong to a running process. Where
   * the system cannot delete a file without following links, they stay.
   */
  void removeLeftovers() throws IOException {
    Instant oldest = Instant.now().minus(LEFTOVER_AGE);
    try (DirectoryStream<Path> store = Files.newDirectoryStream(root)) {
      if (store instanceof SecureDirectoryStream<Path> secure) {
        try (SecureDirectoryStream<Path> files =
            secure.newDirectoryStream(directory.getFileName(), NOFOLLOW_LINKS)) {
          for (Path file : files) {
            removeLeftover(files, file.getFileName(), oldest);
          }
        }
      }
    }
  }

  private static void removeLeftover(SecureDirectoryStream<Path> files, Path name, Instant oldest)
      throws IOException {
    if (!TEMPORARY.matcher(name.toString()).matches()) {
      return;
    }
    try {
      BasicFileAttributes file =
          files
              .getFileAttributeView(name, BasicFileAttributeView.class, NOFOLLOW_LINKS)
              .readAttributes();
      if (file.isRegularFile() && file.lastModifiedTime().toInstant().isBefore(oldest)) {
        files.deleteFile(name);
      }
    } catch (NoSuchFileException e) {
      // another process swept it
    }
  }

  private void requireOwnDirectory() throws IOException {
    try {
      BasicFileAttributes there =
          Files.readAttributes(directory, BasicFileAttributes.class, NOFOLLOW_LINKS);
      if (!there.isDirectory()) {
        throw new ArchiveFailure(
            ArchiveError.STORE_MISSING,
            "%s is %s where archivist needs a directory of its own"
                .formatted(directory, there.isSymbolicLink() ? "a symbolic link" : "a file"),
            "Nothing was written or deleted there. Find out who put it there, and remove it;"
                + " archivist makes the directory itself.");
      }
    } catch (NoSuchFileException e) {
      // it is still to be made
    }
  }
}
