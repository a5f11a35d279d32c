package dev.archivist.store;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Marks in and around a directory, by whatever links lead there; a mark that is itself a link is
 * not read. A directory that may not be searched, or is not there, has none.
 */
public final class DirectoryMarks {
  private final Path root;

  public DirectoryMarks(Path root) {
    this.root = root;
  }

  /** Those of the directories that the root lies in, nearest first. */
  public List<FoundMark> around() throws IOException {
    Set<Path> parents = new LinkedHashSet<>();
    addWithParents(parents, root.getParent());
    addWithParents(parents, real(root).map(Path::getParent).orElse(null));
    return marks(parents);
  }

  /** That of a directory below the root; those around it, too, if a link leads out of its place. */
  List<FoundMark> in(Path directory) throws IOException {
    Set<Path> places = new LinkedHashSet<>(List.of(directory));
    Optional<Path> place = real(root).map(real -> real.resolve(root.relativize(directory)));
    Optional<Path> target = real(directory);
    if (target.isPresent() && !target.equals(place)) {
      addWithParents(places, target.get());
    }
    return marks(places);
  }

  /** Those of all directories below the root; what may not be searched has none. */
  public List<FoundMark> inside() throws IOException {
    Set<Path> marked = new LinkedHashSet<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            Path directory = file.getParent();
            if (file.endsWith(StoreKey.OWNER) && !directory.equals(root)) {
              marked.add(directory);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof FileSystemException failure) {
              requireAbsent(failure);
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }
        });
    return marks(marked);
  }

  /** What the URIs of files below the root begin with, by its name and by that of its target. */
  Set<Path> names() throws IOException {
    Set<Path> names = new LinkedHashSet<>(List.of(root));
    real(root).ifPresent(names::add);
    return names;
  }

  private static void addWithParents(Set<Path> places, Path directory) {
    for (Path each = directory; each != null; each = each.getParent()) {
      places.add(each);
    }
  }

  private static Optional<Path> real(Path directory) throws IOException {
    try {
      return Optional.of(directory.toRealPath());
    } catch (FileSystemException e) {
      requireAbsent(e);
      return Optional.empty();
    }
  }

  /** What is not there, or not to be seen, is no failure. */
  private static void requireAbsent(FileSystemException e) throws FileSystemException {
    boolean absent =
        e instanceof NoSuchFileException
            || e instanceof AccessDeniedException
            || String.valueOf(e.getReason()).toLowerCase(Locale.ROOT).contains("not a directory");
    if (!absent) {
      throw e;
    }
  }

  private static List<FoundMark> marks(Set<Path> directories) throws IOException {
    List<FoundMark> marks = new ArrayList<>();
    for (Path directory : directories) {
      at(directory).ifPresent(marks::add);
    }
    return marks;
  }

  /** That of the directory itself. */
  public static Optional<FoundMark> at(Path directory) throws IOException {
    Path mark = directory.resolve(StoreKey.OWNER);
    try {
      return read(mark);
    } catch (AccessDeniedException e) {
      return isThere(mark) ? Optional.of(unread(mark)) : Optional.empty();
    } catch (FileSystemException e) {
      requireAbsent(e);
      return Optional.empty();
    }
  }

  /** The mark, if there is one; what may not be read is a failure. */
  static Optional<FoundMark> read(Path mark) throws IOException {
    try {
      if (!Files.readAttributes(mark, BasicFileAttributes.class, NOFOLLOW_LINKS).isRegularFile()) {
        return Optional.of(unread(mark));
      }
      try (InputStream in = Files.newInputStream(mark, NOFOLLOW_LINKS)) {
        return Optional.of(FoundMark.read(mark.toUri().toString(), in));
      }
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static FoundMark unread(Path mark) {
    return new FoundMark(mark.toUri().toString(), "");
  }

  private static boolean isThere(Path mark) throws IOException {
    try {
      Files.readAttributes(mark, BasicFileAttributes.class, NOFOLLOW_LINKS);
      return true;
    } catch (FileSystemException e) {
      requireAbsent(e);
      return false;
    }
  }
}
