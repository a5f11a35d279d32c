package dev.archivist.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A directory that is open. Java makes links and directories by path only; there the path is that
 * of the open directory itself, {@code /proc/self/fd/<number>}, which nobody else can replace.
 */
final class HeldByHandle implements HeldDirectory {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final Path STATES = Path.of("/proc/self/fdinfo");

  /** Nothing else opens a directory with this one, which there means nothing: a mark. */
  private static final OpenOption MARK = StandardOpenOption.SYNC;

  /** {@code O_SYNC} as Linux shows it. */
  private static final long MARKED = 04010000;

  private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, NOFOLLOW_LINKS);
  private static final Object ONE_MARK = new Object();

  private final Path path;
  private final SecureDirectoryStream<Path> handle;

  HeldByHandle(Path path, SecureDirectoryStream<Path> handle) {
    this.path = path;
    this.handle = handle;
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public Object key() throws IOException {
    return handle.getFileAttributeView(BasicFileAttributeView.class).readAttributes().fileKey();
  }

  @Override
  public HeldDirectory directory(Path name) throws IOException {
    HeldDirectory.requireDirectory(path.resolve(name), look(name));
    try {
      return new HeldByHandle(path.resolve(name), handle.newDirectoryStream(name, NOFOLLOW_LINKS));
    } catch (FileSystemException e) {
      if (contains(name)) {
        HeldDirectory.requireDirectory(path.resolve(name), look(name));
      }
      throw e;
    }
  }

  @Override
  public void makeDirectory(Path name, FileAttribute<?>... attributes) throws IOException {
    try {
      byDescriptor(here -> Files.createDirectory(here.resolve(name), attributes));
    } catch (UnsupportedOperationException e) {
      Files.createDirectory(path.resolve(name), attributes);
      if (!contains(name)) {
        throw HeldDirectory.replaced(path, e);
      }
    }
  }

  @Override
  public BasicFileAttributes look(Path name) throws IOException {
    return handle
        .getFileAttributeView(name, BasicFileAttributeView.class, NOFOLLOW_LINKS)
        .readAttributes();
  }

  @Override
  public PosixFileAttributeView rights(Path name) {
    return handle.getFileAttributeView(name, PosixFileAttributeView.class, NOFOLLOW_LINKS);
  }

  @Override
  public InputStream read(Path name) throws IOException {
    HeldDirectory.requireFile(path.resolve(name), look(name));
    return Channels.newInputStream(handle.newByteChannel(name, READ));
  }

  @Override
  public FileChannel create(Path name, FileAttribute<?>... attributes) throws IOException {
    return (FileChannel)
        handle.newByteChannel(
            name,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, NOFOLLOW_LINKS),
            attributes);
  }

  @Override
  public void rename(Path file, HeldDirectory into, Path name) throws IOException {
    handle.move(file, byHandle(into).handle, name);
  }

  @Override
  public void link(Path file, HeldDirectory into, Path name) throws IOException {
    byDescriptor(
        here ->
            byHandle(into)
                .byDescriptor(there -> Files.createLink(there.resolve(name), here.resolve(file))));
  }

  private static HeldByHandle byHandle(HeldDirectory other) {
    if (other instanceof HeldByHandle handle) {
      return handle;
    }
    throw new UnsupportedOperationException("one of the directories is not open");
  }

  @Override
  public void deleteDirectoryIfExists(Path name) throws IOException {
    try {
      handle.deleteDirectory(name);
    } catch (NoSuchFileException e) {
      // as it shall be
    }
  }

  @Override
  public void deleteIfExists(Path name) throws IOException {
    try {
      handle.deleteFile(name);
    } catch (NoSuchFileException e) {
      // as it shall be
    }
  }

  @Override
  public List<Path> names(String start) throws IOException {
    List<Path> names = new ArrayList<>();
    try (DirectoryStream<Path> now = handle.newDirectoryStream(ITSELF, NOFOLLOW_LINKS)) {
      for (Path each : now) {
        if (each.getFileName().toString().startsWith(start)) {
          names.add(each.getFileName());
        }
      }
    }
    return names;
  }

  @Override
  public void sync(Path name) throws IOException {
    if (!name.equals(ITSELF)) {
      HeldDirectory.requireFile(path.resolve(name), look(name));
    }
    try (FileChannel channel = (FileChannel) handle.newByteChannel(name, READ)) {
      channel.force(true);
    }
  }

  @Override
  public void close() throws IOException {
    handle.close();
  }

  /** Something done by the path of an open directory. */
  @FunctionalInterface
  private interface Action {
    void in(Path directory) throws IOException;
  }

  /**
   * Only one directory has the mark at a time, so what has it is this one.
   *
   * @throws UnsupportedOperationException where the system does not show what is open
   */
  private void byDescriptor(Action action) throws IOException {
    synchronized (ONE_MARK) {
      try (SeekableByteChannel open =
          handle.newByteChannel(ITSELF, Set.of(StandardOpenOption.READ, MARK))) {
        action.in(marked());
      }
    }
  }

  private Path marked() throws IOException {
    if (Files.isDirectory(DESCRIPTORS)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(DESCRIPTORS)) {
        for (Path each : all) {
          if (isMarked(each)) {
            return each;
          }
        }
      }
    }
    throw new UnsupportedOperationException("the system does not show open directories");
  }

  private boolean isMarked(Path descriptor) {
    try {
      return key().equals(Files.readAttributes(descriptor, BasicFileAttributes.class).fileKey())
          && Files.readAllLines(STATES.resolve(descriptor.getFileName())).stream()
              .filter(line -> line.startsWith("flags:"))
              .map(line -> Long.parseLong(line.substring("flags:".length()).strip(), 8))
              .anyMatch(flags -> (flags & MARKED) == MARKED);
    } catch (IOException e) {
      return false; // closed meanwhile by others, and so not this one
    }
  }
}
