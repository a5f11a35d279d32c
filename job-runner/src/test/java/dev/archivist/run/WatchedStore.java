package dev.archivist.run;

import dev.archivist.store.ArchiveStore;
import dev.archivist.store.FileRights;
import dev.archivist.store.FoundMark;
import dev.archivist.store.StoreKey;
import dev.archivist.store.StoredObject;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A real store that lets a test in before and after each call. */
final class WatchedStore implements ArchiveStore {
  private final ArchiveStore store;
  private final Consumer<String> onCall;

  /**
   * @param onCall hears {@code "before put"}, {@code "after put"} and so on; what it throws ends
   *     the call there
   */
  WatchedStore(ArchiveStore store, Consumer<String> onCall) {
    this.store = store;
    this.onCall = onCall;
  }

  @Override
  public StoredObject put(String key, Path content, String sha256) {
    if (StoreKey.isMark(key)) {
      return store.put(key, content, sha256);
    }
    onCall.accept("before put");
    StoredObject stored = store.put(key, content, sha256);
    onCall.accept("after put");
    return stored;
  }

  @Override
  public void mark(String key, byte[] content) {
    store.mark(key, content);
  }

  @Override
  public Optional<FoundMark> mark(String key) {
    return store.mark(key);
  }

  @Override
  public InputStream open(String key) {
    if (StoreKey.isMark(key)) {
      return store.open(key);
    }
    onCall.accept("before open");
    InputStream content = store.open(key);
    onCall.accept("after open");
    return content;
  }

  @Override
  public Optional<StoredObject> stat(String key) {
    if (StoreKey.isMark(key)) {
      return store.stat(key);
    }
    onCall.accept("before stat");
    Optional<StoredObject> present = store.stat(key);
    onCall.accept("after stat");
    return present;
  }

  @Override
  public Optional<FileRights> rights(String key) {
    return store.rights(key);
  }

  @Override
  public void list(String prefix, Consumer<StoredObject> each) {
    store.list(prefix, each);
  }

  @Override
  public void delete(String key) {
    onCall.accept("before delete");
    store.delete(key);
    onCall.accept("after delete");
  }

  @Override
  public void expire(String key) {
    onCall.accept("before expire");
    store.expire(key);
    onCall.accept("after expire");
  }

  @Override
  public boolean keep(String key) {
    return store.keep(key);
  }

  @Override
  public boolean isReleased(String key) {
    return store.isReleased(key);
  }

  @Override
  public Optional<String> key(String uri) {
    return store.key(uri);
  }

  @Override
  public List<FoundMark> owners(String directory) {
    return store.owners(directory);
  }

  @Override
  public List<FoundMark> ownersInside() {
    return store.ownersInside();
  }

  @Override
  public List<String> bases() {
    return store.bases();
  }

  @Override
  public void check() {
    store.check();
  }

  @Override
  public String uri(String key) {
    return store.uri(key);
  }

  @Override
  public void close() {
    store.close();
  }
}
