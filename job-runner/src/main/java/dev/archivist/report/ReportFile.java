package dev.archivist.report;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.file.HeldDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import java.util.Optional;

/**
 * A report's file as it was when it was looked at. Whatever is done with it is done in a directory
 * that is found below the root without links, whatever its path leads to by then.
 *
 * @param root the real directory of all reports
 * @param path its real path, below the root, free of symbolic links
 * @param bytes its size
 * @param modified when it was last written
 * @param fileKey what the file system knows it by (device and inode); null where it has no such
 *     thing
 */
public record ReportFile(Path root, Path path, long bytes, FileTime modified, Object fileKey) {

  /**
   * Looks at the file, wherever it is: only to know which it is. A symbolic link is not followed,
   * but those on the way are.
   */
  public static ReportFile at(Path path) throws IOException {
    return of(
        path.toAbsolutePath().getParent(),
        path,
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
  }

  /**
   * Looks at the file; no symbolic link below the root is followed.
   *
   * @throws ArchiveFailure {@code REPORT_UNREADABLE} if one is on the way
   */
  public static ReportFile at(Path root, Path path) throws IOException {
    try (HeldDirectory directory = HeldDirectory.open(root, path.getParent())) {
      return in(directory, root, path.getFileName());
    }
  }

  /** Looks at the file of that name. */
  public static ReportFile in(HeldDirectory directory, Path root, Path name) throws IOException {
    return of(root, directory.path().resolve(name), directory.look(name));
  }

  private static ReportFile of(Path root, Path path, BasicFileAttributes now) {
    return new ReportFile(root, path, now.size(), now.lastModifiedTime(), now.fileKey());
  }

  /** The directory that it is in; whoever gets it closes it. */
  public HeldDirectory directory() throws IOException {
    return HeldDirectory.open(root, path.toAbsolutePath().getParent());
  }

  /** Opens it for reading. */
  InputStream open() throws IOException {
    try (HeldDirectory directory = directory()) {
      return directory.read(path.getFileName());
    }
  }

  /**
   * Whether the same file is still there, with the size and the time of last change it had. To be
   * asked again right before it is deleted. A file that is gone, or cannot be looked at, changed.
   *
   * @throws ArchiveFailure {@code REPORT_UNREADABLE} if another thing has taken the place of its
   *     directory
   */
  public boolean isUnchanged() {
    try (HeldDirectory directory = directory()) {
      return isSame(in(directory, root, path.getFileName()));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Whether the other real path leads to this file: a mount, or a file system that does not tell
   * capital letters, gives one file several. A hard link is not told from these.
   *
   * @throws ArchiveFailure {@code REPORT_UNREADABLE} if nobody can tell
   */
  public boolean isAt(Path other) {
    if (other.equals(path)) {
      return true;
    }
    try {
      return fileKey != null && Objects.equals(fileKey, at(other).fileKey);
    } catch (NoSuchFileException e) {
      return false; // nothing is there that could be missed
    } catch (IOException e) {
      throw new ArchiveFailure(
          ArchiveError.REPORT_UNREADABLE,
          "nobody can tell whether it is the same file as " + other,
          "Give the user that runs archivist the right to look at it.",
          e);
    }
  }

  /** Whether it has no hard link besides; so also where the file system counts no names. */
  public boolean hasOneName() {
    try {
      return Integer.valueOf(1).equals(Files.getAttribute(path, "unix:nlink"));
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      return true;
    } catch (NoSuchFileException e) {
      return false; // nothing is there that could be missed
    } catch (IOException e) {
      throw unreadable("cannot be looked at", e);
    }
  }

  /**
   * Whether the file's content is exactly this; reads it whole, with bounded memory.
   *
   * @param contentSha256 lower-case hexadecimal SHA-256
   * @throws ArchiveFailure {@code REPORT_UNREADABLE} if it cannot be read
   */
  public boolean hasContent(String contentSha256, long contentBytes) {
    if (bytes != contentBytes) {
      return false;
    }
    Counted content = new Counted();
    try (InputStream in = content.reading(open())) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw unreadable("cannot be read", e);
    }
    return content.sha256().equals(contentSha256) && isUnchanged();
  }

  /**
   * Gives the file another name in its directory, in one step.
   *
   * @return the file under that name; it is another one if another came to its place meanwhile.
   *     Empty if nothing is there any more
   * @throws ArchiveFailure {@code REPORT_UNREADABLE} if it cannot be renamed
   */
  public Optional<ReportFile> rename(Path name) {
    try (HeldDirectory directory = directory()) {
      directory.rename(path.getFileName(), directory, name.getFileName());
      return Optional.of(in(directory, root, name.getFileName()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw unreadable("cannot be renamed", e);
    }
  }

  /** Whether both are one file, by its number, size and time of change, whatever its name. */
  public boolean isSame(ReportFile other) {
    return bytes == other.bytes
        && modified.equals(other.modified)
        && Objects.equals(fileKey, other.fileKey);
  }

  /**
   * Deletes the file; that it is gone already is a success.
   *
   * @throws ArchiveFailure {@code REPORT_UNREADABLE} if it cannot be deleted
   */
  public void delete() {
    try (HeldDirectory directory = directory()) {
      directory.deleteIfExists(path.getFileName());
    } catch (IOException e) {
      throw unreadable("cannot be deleted", e);
    }
  }

  private ArchiveFailure unreadable(String what, IOException cause) {
    return new ArchiveFailure(
        ArchiveError.REPORT_UNREADABLE,
        "the report's file " + what + ": " + path,
        "Give the runner's user the right to read and delete files below REPORTS_LOCAL_DIR.",
        cause);
  }
}
