package dev.archivist.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** For systems that do everything by path: the directory there is compared before and after. */
final class HeldByName implements HeldDirectory {
  private final Path path;
  private final Object key;

  private HeldByName(Path path, Object key) {
    this.path = path;
    this.key = key;
  }

  /** By whatever links. */
  static HeldByName open(Path directory) throws IOException {
    Path real = directory.toRealPath();
    return new HeldByName(
        real, Files.readAttributes(real, BasicFileAttributes.class, NOFOLLOW_LINKS).fileKey());
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public Object key() {
    return key;
  }

  @Override
  public HeldDirectory directory(Path name) throws IOException {
    BasicFileAttributes there = look(name);
    HeldDirectory.requireDirectory(path.resolve(name), there);
    return new HeldByName(path.resolve(name), there.fileKey());
  }

  @Override
  public void makeDirectory(Path name, FileAttribute<?>... attributes) throws IOException {
    done(at -> Files.createDirectory(at.resolve(name), attributes));
  }

  @Override
  public BasicFileAttributes look(Path name) throws IOException {
    return done(
        at -> Files.readAttributes(at.resolve(name), BasicFileAttributes.class, NOFOLLOW_LINKS));
  }

  @Override
  public PosixFileAttributeView rights(Path name) throws IOException {
    return done(
        at ->
            Files.getFileAttributeView(
                at.resolve(name), PosixFileAttributeView.class, NOFOLLOW_LINKS));
  }

  @Override
  public InputStream read(Path name) throws IOException {
    HeldDirectory.requireFile(path.resolve(name), look(name));
    return done(at -> Files.newInputStream(at.resolve(name), NOFOLLOW_LINKS));
  }

  @Override
  public FileChannel create(Path name, FileAttribute<?>... attributes) throws IOException {
    return done(
        at ->
            FileChannel.open(
                at.resolve(name),
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, NOFOLLOW_LINKS),
                attributes));
  }

  @Override
  public void rename(Path file, HeldDirectory into, Path name) throws IOException {
    done(
        at ->
            byName(into)
                .done(
                    there ->
                        Files.move(
                            at.resolve(file),
                            there.resolve(name),
                            StandardCopyOption.ATOMIC_MOVE)));
  }

  @Override
  public void link(Path file, HeldDirectory into, Path name) throws IOException {
    done(at -> byName(into).done(there -> Files.createLink(there.resolve(name), at.resolve(file))));
  }

  private static HeldByName byName(HeldDirectory other) {
    if (other instanceof HeldByName named) {
      return named;
    }
    throw new UnsupportedOperationException("one of the directories is open");
  }

  @Override
  public void deleteDirectoryIfExists(Path name) throws IOException {
    done(
        at -> {
          HeldDirectory.requireDirectory(
              at.resolve(name),
              Files.readAttributes(at.resolve(name), BasicFileAttributes.class, NOFOLLOW_LINKS));
          return Files.deleteIfExists(at.resolve(name));
        });
  }

  @Override
  public void deleteIfExists(Path name) throws IOException {
    done(at -> Files.deleteIfExists(at.resolve(name)));
  }

  @Override
  public List<Path> names(String start) throws IOException {
    return done(
        at -> {
          List<Path> names = new ArrayList<>();
          try (DirectoryStream<Path> all = Files.newDirectoryStream(at)) {
            for (Path each : all) {
              if (each.getFileName().toString().startsWith(start)) {
                names.add(each.getFileName());
              }
            }
          }
          return names;
        });
  }

  @Override
  public void sync(Path name) throws IOException {
    if (!name.equals(ITSELF)) {
      HeldDirectory.requireFile(path.resolve(name), look(name));
    }
    done(
        at -> {
          try (FileChannel channel =
              FileChannel.open(at.resolve(name), StandardOpenOption.READ, NOFOLLOW_LINKS)) {
            channel.force(true);
          }
          return null;
        });
  }

  @Override
  public void close() {}

  /** Something done by the directory's path. */
  @FunctionalInterface
  private interface Action<T> {
    T in(Path directory) throws IOException;
  }

  private <T> T done(Action<T> action) throws IOException {
    requireSame();
    T result = action.in(path);
    requireSame();
    return result;
  }

  private void requireSame() throws IOException {
    try {
      BasicFileAttributes now =
          Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
      if (!now.isDirectory() || !Objects.equals(key, now.fileKey())) {
        throw HeldDirectory.replaced(path, null);
      }
    } catch (NoSuchFileException e) {
      throw HeldDirectory.replaced(path, e);
    }
  }
}
