package dev.archivist.report;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Follows a path to its end as the system would that opens it, also where nothing is there. */
final class PathEnd {
  private static final int LINKS = 40;

  private PathEnd() {}

  /**
   * @param path an absolute one
   */
  static Whereabouts of(Path path) {
    Path rest = path;
    for (int links = 0; links <= LINKS; links++) {
      try {
        Path place = place(rest);
        if (!isLink(place)) {
          return new Whereabouts.At(place, links > 0);
        }
        rest = place.resolveSibling(Files.readSymbolicLink(place));
      } catch (IOException e) {
        return isNowhere(rest, e)
            ? new Whereabouts.Nowhere()
            : new Whereabouts.Unknown("it cannot be looked at: " + reason(e));
      }
    }
    return new Whereabouts.Unknown("it has too many symbolic links");
  }

  /** The name in its real directory; of a path that ends in no name, where it leads to. */
  private static Path place(Path path) throws IOException {
    Path named = path;
    while (named.getNameCount() > 1 && named.getFileName().toString().equals(".")) {
      named = named.getParent();
    }
    return named.getParent() == null || named.getFileName().toString().equals("..")
        ? named.toRealPath()
        : named.getParent().toRealPath().resolve(named.getFileName());
  }

  private static boolean isLink(Path place) throws IOException {
    try {
      return Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isSymbolicLink();
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static boolean isNowhere(Path path, IOException failure) {
    return failure instanceof NoSuchFileException
        || (failure.getClass() == FileSystemException.class && leadsThroughAFile(path));
  }

  private static boolean leadsThroughAFile(Path path) {
    for (Path above = path.getParent(); above != null; above = above.getParent()) {
      try {
        return !Files.readAttributes(above, BasicFileAttributes.class).isDirectory();
      } catch (AccessDeniedException | FileSystemLoopException e) {
        return false;
      } catch (IOException e) {
        // perhaps one above it is the file
      }
    }
    return false;
  }

  private static String reason(IOException failure) {
    return failure instanceof AccessDeniedException
        ? "permission denied"
        : String.valueOf(
            failure instanceof FileSystemException told && told.getReason() != null
                ? told.getReason()
                : failure.getMessage());
  }
}
