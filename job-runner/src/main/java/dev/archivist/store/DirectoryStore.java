package dev.archivist.store;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Objects as files below a directory, which the first put creates. A put writes a temporary file in
 * the same tree, fsyncs it, links it to its name only if the name is free, and fsyncs the
 * directories: several processes may write to one directory. Its listings and {@link #stat} do not
 * know an object's SHA-256.
 *
 * <p>An object cannot be named like a directory of others: after {@code a/b}, {@code a} is {@code
 * OBJECT_CONFLICT}.
 */
public final class DirectoryStore implements ArchiveStore {
  private static final String LOCK = StoreKey.RESERVED + "lock";
  private static final int BUFFER_BYTES = 128 * 1024;

  private final Path root;
  private final Incoming incoming;
  private final DirectoryMarks marks;
  private final AtomicBoolean swept = new AtomicBoolean();
  private final boolean mayBeMade;

  public DirectoryStore(Path root) {
    this(root, true);
  }

  private DirectoryStore(Path root, boolean mayBeMade) {
    this.mayBeMade = mayBeMade;
    this.root = root.toAbsolutePath().normalize();
    this.incoming = new Incoming(this.root);
    this.marks = new DirectoryMarks(this.root);
  }

  Path root() {
    return root;
  }

  /** The same store, of which the directory is not made where it is missing. */
  DirectoryStore ifThere() {
    return new DirectoryStore(root, false);
  }

  @Override
  public StoredObject put(String key, Path content, String sha256) {
    Path target = pathOf(key);
    long bytes = LocalContent.size(content);
    return DirectoryFailure.translating(
        "cannot write " + uri(key),
        () -> {
          prepare();
          if (Files.exists(target) || !write(key, target, content, sha256)) {
            requireSame(key, target, bytes, sha256);
          }
          DurableFiles.syncUpTo(target.getParent(), root);
          return new StoredObject(key, bytes, sha256);
        });
  }

  @Override
  public void mark(String key, byte[] content) {
    Path target = pathOf(key);
    DirectoryFailure.translating(
        "cannot write " + uri(key),
        () -> {
          prepare();
          Path finished = incoming.newFile();
          try (FileChannel out =
              FileChannel.open(
                  finished, Set.of(CREATE_NEW, WRITE), DurableFiles.ownersAlone(finished))) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
              out.write(bytes);
            }
            out.force(true);
            Files.move(finished, target, StandardCopyOption.ATOMIC_MOVE);
          } finally {
            Files.deleteIfExists(finished);
          }
          DurableFiles.sync(root);
          return null;
        });
  }

  @Override
  public Optional<FoundMark> mark(String key) {
    return DirectoryFailure.translating(
        "cannot read " + uri(key), () -> DirectoryMarks.read(pathOf(key)));
  }

  @Override
  public InputStream open(String key) {
    Path file = pathOf(key);
    return DirectoryFailure.translating(
        "cannot read " + uri(key),
        () -> {
          if (!Files.isDirectory(root)) {
            throw new NoSuchFileException(root.toString());
          }
          if (!Files.isRegularFile(file)) {
            throw missing(key);
          }
          return new DirectoryFailure.TranslatingStream(Files.newInputStream(file), uri(key));
        });
  }

  @Override
  public Optional<StoredObject> stat(String key) {
    Path file = pathOf(key);
    return DirectoryFailure.translating(
        "cannot look at " + uri(key),
        () -> {
          try {
            return Files.isRegularFile(file)
                ? Optional.of(new StoredObject(key, Files.size(file), ""))
                : Optional.empty();
          } catch (NoSuchFileException e) {
            return Optional.empty();
          }
        });
  }

  @Override
  public Optional<FileRights> rights(String key) {
    Path file = pathOf(key);
    return DirectoryFailure.translating(
        "cannot look at " + uri(key),
        () -> {
          try {
            return FileRights.of(file);
          } catch (NoSuchFileException e) {
            return Optional.empty();
          }
        });
  }

  @Override
  public void list(String prefix, Consumer<StoredObject> each) {
    DirectoryFailure.translating(
        "cannot list " + root.toUri(),
        () -> {
          listBelow(root, "", prefix, each);
          return null;
        });
  }

  @Override
  public void delete(String key) {
    Path file = pathOf(key);
    DirectoryFailure.translating(
        "cannot delete " + uri(key),
        () -> {
          if (Files.isRegularFile(file) && Files.deleteIfExists(file)) {
            DurableFiles.sync(file.getParent());
          }
          return null;
        });
  }

  @Override
  public void expire(String key) {
    delete(key);
  }

  @Override
  public boolean keep(String key) {
    return stat(key).isPresent();
  }

  /** What was released is gone. */
  @Override
  public boolean isReleased(String key) {
    return false;
  }

  @Override
  public void check() {
    DirectoryFailure.translating(
        "cannot use " + root.toUri(),
        () -> {
          createStore();
          Path probe = incoming.newFile();
          try (FileChannel channel = FileChannel.open(probe, CREATE_NEW, WRITE)) {
            channel.write(ByteBuffer.allocate(1));
            channel.force(true);
          } finally {
            Files.deleteIfExists(probe);
          }
          return null;
        });
  }

  @Override
  public List<FoundMark> owners(String directory) {
    return DirectoryFailure.translating(
        "cannot look for marks around " + root.toUri() + directory,
        () -> directory.isEmpty() ? marks.around() : marks.in(pathOf(directory)));
  }

  @Override
  public List<FoundMark> ownersInside() {
    return DirectoryFailure.translating(
        "cannot look for marks inside " + root.toUri(), marks::inside);
  }

  @Override
  public List<String> bases() {
    return DirectoryFailure.translating(
        "cannot look at " + root.toUri(),
        () -> marks.names().stream().map(DirectoryStore::base).toList());
  }

  /** A directory's URI has its slash only while the directory is there. */
  private static String base(Path directory) {
    String uri = directory.toUri().toString();
    return uri.endsWith("/") ? uri : uri + "/";
  }

  @Override
  public String uri(String key) {
    return pathOf(key).toUri().toString();
  }

  @Override
  public Optional<String> key(String uri) {
    String start = base(root);
    if (!uri.startsWith(start) || uri.length() == start.length()) {
      return Optional.empty();
    }
    try {
      String names = root.relativize(Path.of(URI.create(uri))).toString();
      String key =
          Arrays.stream(names.split("/", -1))
              .map(FileName::decode)
              .collect(Collectors.joining("/"));
      return Optional.of(key).filter(StoreKey::isOfReport).filter(each -> uri(each).equals(uri));
    } catch (IllegalArgumentException | ArchiveFailure e) {
      // nothing that uri() writes
      return Optional.empty();
    }
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return root.toUri().toString();
  }

  private Path pathOf(String key) {
    String names =
        Arrays.stream(StoreKey.requireValid(key).split("/", -1))
            .map(FileName::encode)
            .collect(Collectors.joining("/"));
    return root.resolve(names);
  }

  /** Before something is written; what is only looked at is left as it is. */
  private void prepare() throws IOException {
    createStore();
    if (swept.compareAndSet(false, true)) {
      incoming.removeLeftovers();
    }
  }

  private void createStore() throws IOException {
    if (!mayBeMade && !Files.isDirectory(root)) {
      throw new NoSuchFileException(root.toString());
    }
    incoming.create();
  }

  /** Whether the object is this one; false if another writer was first. */
  private boolean write(String key, Path target, Path content, String sha256) throws IOException {
    Path finished = copy(key, content, sha256);
    try {
      DurableFiles.createOwnDirectories(target.getParent());
      DurableFiles.publish(finished, target, root.resolve(LOCK));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } finally {
      Files.deleteIfExists(finished);
    }
  }

  private Path copy(String key, Path content, String sha256) throws IOException {
    Path copy = incoming.newFile();
    boolean complete = false;
    try (InputStream in = LocalContent.open(content);
        FileChannel out =
            FileChannel.open(copy, Set.of(CREATE_NEW, WRITE), DurableFiles.ownersAlone(copy))) {
      MessageDigest digest = LocalContent.sha256();
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
        ByteBuffer chunk = ByteBuffer.wrap(buffer, 0, read);
        while (chunk.hasRemaining()) {
          out.write(chunk);
        }
      }
      LocalContent.requireSha256(uri(key), sha256, digest);
      Optional<FileRights> rights = FileRights.of(content);
      if (rights.isPresent()) {
        rights.get().applyTo(copy);
      }
      out.force(true);
      complete = true;
      return copy;
    } finally {
      if (!complete) {
        Files.deleteIfExists(copy);
      }
    }
  }

  private void requireSame(String key, Path file, long bytes, String sha256) throws IOException {
    if (!Files.isRegularFile(file)
        || Files.size(file) != bytes
        || !LocalContent.sha256Of(Files.newInputStream(file)).equals(sha256)) {
      throw new ArchiveFailure(
          ArchiveError.OBJECT_CONFLICT,
          "%s holds other content already".formatted(uri(key)),
          "Nothing was overwritten; compare the two and remove or rename the one that is wrong.");
    }
  }

  private ArchiveFailure missing(String key) {
    return new ArchiveFailure(
        ArchiveError.OBJECT_MISSING,
        "there is no object %s".formatted(uri(key)),
        "Check that ARCHIVE_STORE_URI names the store it was written to.");
  }

  private void listBelow(Path directory, String parent, String prefix, Consumer<StoredObject> each)
      throws IOException {
    for (Entry entry : entriesOf(directory, parent)) {
      if (entry.isDirectory()) {
        if (entry.key().startsWith(prefix) || prefix.startsWith(entry.key())) {
          listBelow(entry.path(), entry.key(), prefix, each);
        }
      } else if (entry.key().startsWith(prefix)) {
        try {
          each.accept(new StoredObject(entry.key(), Files.size(entry.path()), ""));
        } catch (NoSuchFileException e) {
          // deleted since the directory was read
        }
      }
    }
  }

  private static List<Entry> entriesOf(Path directory, String parent) throws IOException {
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory)) {
      return StreamSupport.stream(paths.spliterator(), false)
          .map(path -> Entry.of(path, parent))
          .filter(entry -> StoreKey.isOfReport(entry.key()))
          .sorted(Comparator.comparing(Entry::key, StoreKey.ORDER))
          .toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
  }

  /** A directory's key ends with a slash, so that it sorts where the keys below it belong. */
  private record Entry(Path path, String key, boolean isDirectory) {
    static Entry of(Path path, String parent) {
      boolean isDirectory = Files.isDirectory(path);
      String name = FileName.decode(path.getFileName().toString());
      return new Entry(path, parent + name + (isDirectory ? "/" : ""), isDirectory);
    }
  }
}
