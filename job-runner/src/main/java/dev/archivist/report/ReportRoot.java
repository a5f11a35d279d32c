package dev.archivist.report;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The directory below which all reports lie ({@code REPORTS_LOCAL_DIR}). A report's path is data
 * that others wrote: it must not lead anywhere else.
 */
public final class ReportRoot {
  /** What the names of its own begin with, of files that come back or go. */
  private static final String OWN = ".archivist-";

  private final Path root;
  private final long maxBytes;

  /**
   * @param maxBytes the size above which a file is refused; {@link Long#MAX_VALUE} for none
   */
  public ReportRoot(Path root, long maxBytes) {
    this.root = root.toAbsolutePath().normalize();
    this.maxBytes = maxBytes;
  }

  /**
   * Finds the file of a report. The directories on its way may be symbolic links that stay below
   * the root; the file itself may not be one: what a link leads to has a name of its own, by which
   * others may need it.
   *
   * @param filePath as {@code reports.file_path} has it: relative to the root, or absolute and
   *     below it
   * @throws ArchiveFailure {@code REPORT_OUTSIDE_ROOT}, {@code REPORT_MISSING}, {@code
   *     REPORT_EMPTY}, {@code REPORT_UNREADABLE} or {@code REPORT_OVERSIZED}; {@code
   *     CONFIGURATION_INVALID} where the root itself is not there
   */
  public ReportFile resolve(String filePath) {
    requireName(filePath);
    Path realRoot = realRoot();
    Path path = pathOf(filePath);
    Path real = realPath(path, filePath, realRoot);
    requireOthers(real, filePath);
    requireNoLink(path, filePath);
    if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
      throw refused(
          ArchiveError.REPORT_UNREADABLE,
          "the report's file is not a regular file: " + quoted(filePath),
          "Correct file_path so that it names one file.",
          null);
    }
    if (!Files.isReadable(real)) {
      throw unreadable(filePath, null);
    }
    try {
      return requireSize(ReportFile.at(realRoot, real), filePath);
    } catch (NoSuchFileException e) {
      throw missing(filePath, e);
    } catch (IOException e) {
      throw unreadable(filePath, e);
    }
  }

  /** Whether this system can express the name of any file; it depends on the locale. */
  public static boolean canExpressAnyName() {
    try {
      return !Path.of("\u00fc\u4e2d").toString().isEmpty();
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /**
   * Where the path leads to in the end, also out of the root: an application reads the file there.
   */
  public Whereabouts whereabouts(String filePath) {
    try {
      return PathEnd.of(pathOf(filePath));
    } catch (ArchiveFailure failure) {
      return new Whereabouts.Unknown(failure.getMessage());
    }
  }

  /**
   * The place where the file of a report is to be put. Nothing need be there yet, nor the
   * directories that lead to it; those that are there may be symbolic links, but not out of the
   * root.
   *
   * @param filePath as {@link #resolve} takes it, but without {@code ..}
   * @return a path below {@link #realRoot}; its directory may be missing, and whatever is there may
   *     be a symbolic link: it is not followed
   * @throws ArchiveFailure {@code REPORT_OUTSIDE_ROOT}, {@code REPORT_MISSING} or {@code
   *     REPORT_UNREADABLE}; {@code CONFIGURATION_INVALID} where the root itself is not there
   */
  public Path place(String filePath) {
    requireName(filePath);
    Path realRoot = realRoot();
    Path path = pathOf(filePath);
    for (Path name : path) {
      // After a link it would lead elsewhere than it seems to.
      if (name.toString().equals("..")) {
        throw outside(filePath);
      }
    }
    Path lexical = path.normalize();
    Path base = lexical.startsWith(root) ? root : realRoot;
    if (!lexical.startsWith(base) || lexical.equals(base)) {
      throw outside(filePath);
    }
    Path directory = realRoot;
    Path below = base.relativize(lexical);
    for (int i = 0; i < below.getNameCount() - 1; i++) {
      directory = realDirectory(directory.resolve(below.getName(i)), filePath, realRoot);
    }
    requireOthers(below, filePath);
    return directory.resolve(below.getFileName());
  }

  /** The directory itself, where it is there. */
  private static Path realDirectory(Path directory, String filePath, Path realRoot) {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return directory;
    }
    try {
      Path real = directory.toRealPath();
      if (!real.startsWith(realRoot)) {
        throw outside(filePath);
      }
      return real;
    } catch (IOException e) {
      throw unreadable(filePath, e);
    }
  }

  private static void requireName(String filePath) {
    if (filePath == null || filePath.isBlank()) {
      throw refused(
          ArchiveError.REPORT_MISSING,
          "the report names no file",
          "Fill in file_path, or delete the row if the report was never written.",
          null);
    }
  }

  private static void requireNoLink(Path path, String filePath) {
    if (PathEnd.of(path) instanceof Whereabouts.At at && at.linked()) {
      throw refused(
          ArchiveError.REPORT_UNREADABLE,
          "the report's path is a symbolic link: " + quoted(filePath),
          "Correct file_path so that it names the file itself; what a link leads to stays.",
          null);
    }
  }

  /** By whatever name: a link may lead there. */
  private static void requireOthers(Path file, String filePath) {
    if (file.getFileName().toString().startsWith(OWN)) {
      throw refused(
          ArchiveError.REPORT_UNREADABLE,
          "the report's file has a name that archivist gives to files on their way: "
              + quoted(filePath),
          "Give it another name, and correct file_path.",
          null);
    }
  }

  /**
   * The directory itself, where its name leads to.
   *
   * @throws ArchiveFailure {@code CONFIGURATION_INVALID} if it is not there
   */
  public Path realRoot() {
    try {
      return root.toRealPath();
    } catch (IOException e) {
      throw refused(
          ArchiveError.CONFIGURATION_INVALID,
          "the reports' directory cannot be read: " + root,
          "Point REPORTS_LOCAL_DIR to the directory that file_path is relative to, and mount it.",
          e);
    }
  }

  private Path pathOf(String filePath) {
    if (filePath.indexOf('\0') >= 0) {
      throw outside(filePath);
    }
    try {
      return root.resolve(filePath);
    } catch (InvalidPathException e) {
      throw refused(
          ArchiveError.REPORT_UNREADABLE,
          "this system cannot express the report's path: " + quoted(filePath),
          "Run archivist in a UTF-8 locale, for example LC_ALL=C.UTF-8.",
          e);
    }
  }

  /** Refuses what leaves the root by its text before asking the file system about it. */
  private Path realPath(Path path, String filePath, Path realRoot) {
    Path lexical = path.normalize();
    if (!lexical.startsWith(root) && !lexical.startsWith(realRoot)) {
      throw outside(filePath);
    }
    try {
      Path real = path.toRealPath();
      if (!real.startsWith(realRoot)) {
        throw outside(filePath);
      }
      return real;
    } catch (NoSuchFileException e) {
      throw missing(filePath, e);
    } catch (IOException e) {
      throw unreadable(filePath, e);
    }
  }

  private ReportFile requireSize(ReportFile file, String filePath) {
    if (file.bytes() == 0) {
      throw refused(
          ArchiveError.REPORT_EMPTY,
          "the report's file is empty: " + quoted(filePath),
          "Write it again or delete the row; an empty file is not archived.",
          null);
    }
    if (file.bytes() > maxBytes) {
      throw refused(
          ArchiveError.REPORT_OVERSIZED,
          "the report's file has %d bytes, more than %d: %s"
              .formatted(file.bytes(), maxBytes, quoted(filePath)),
          "Raise the limit if files of this size are meant to be archived.",
          null);
    }
    return file;
  }

  private static ArchiveFailure outside(String filePath) {
    return refused(
        ArchiveError.REPORT_OUTSIDE_ROOT,
        "the report's path leaves the reports' directory: " + quoted(filePath),
        "Correct file_path, or point REPORTS_LOCAL_DIR to the directory that holds it.",
        null);
  }

  private static ArchiveFailure missing(String filePath, IOException cause) {
    return refused(
        ArchiveError.REPORT_MISSING,
        "the report's file is not there: " + quoted(filePath),
        "Restore it, correct file_path, or delete the row; the row stays until then.",
        cause);
  }

  private static ArchiveFailure unreadable(String filePath, IOException cause) {
    return refused(
        ArchiveError.REPORT_UNREADABLE,
        "the report's file cannot be read: " + quoted(filePath),
        "Give the user that runs archivist the right to read it.",
        cause);
  }

  private static ArchiveFailure refused(
      ArchiveError error, String message, String hint, Exception cause) {
    return new ArchiveFailure(error, message, hint, cause);
  }

  /** The path without line breaks or escape sequences that would forge a log. */
  private static String quoted(String filePath) {
    return "'" + filePath.replaceAll("\\p{Cntrl}", "?") + "'";
  }
}
