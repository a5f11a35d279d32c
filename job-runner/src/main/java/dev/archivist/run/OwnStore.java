package dev.archivist.run;

import dev.archivist.db.DatabaseIdentity;
import dev.archivist.document.StoreSummary.Other;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.ArchiveStore;
import dev.archivist.store.FileRights;
import dev.archivist.store.FoundMark;
import dev.archivist.store.StoreKey;
import dev.archivist.store.StoredObject;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A store without those that other databases have inside it: what lies below another's mark is
 * neither changed nor read nor listed ({@code OBJECT_OF_ANOTHER}). Each directory is looked at
 * once. Whether the store itself is this database's is {@link StoreOwner}'s question.
 */
final class OwnStore implements ArchiveStore {
  private final ArchiveStore store;
  private final OwnerMarks marks;
  private final Map<String, Optional<Other>> seen = new ConcurrentHashMap<>();

  OwnStore(ArchiveStore store, DatabaseIdentity database) {
    this.store = store;
    this.marks = new OwnerMarks(database.id());
  }

  /** The other database's store that the object lies in; empty if there is none. */
  Optional<Other> another(String key) {
    for (int slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', slash + 1)) {
      Optional<Other> other =
          seen.computeIfAbsent(
              key.substring(0, slash),
              directory -> marks.others(store.owners(directory), false).stream().findFirst());
      if (other.isPresent()) {
        return other;
      }
    }
    return Optional.empty();
  }

  private String own(String key) {
    another(StoreKey.requireValid(key))
        .ifPresent(
            other -> {
              throw new ArchiveFailure(
                  ArchiveError.OBJECT_OF_ANOTHER,
                  "object %s lies in the store of %s"
                      .formatted(store.uri(key), OwnerMarks.words(other)),
                  "Nothing was done with it. If that database is gone, point ARCHIVE_STORE_URI to its"
                      + " store, archivist store take-over, and point it back.");
            });
    return key;
  }

  @Override
  public StoredObject put(String key, Path content, String sha256) {
    return store.put(own(key), content, sha256);
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
    return store.open(own(key));
  }

  @Override
  public Optional<StoredObject> stat(String key) {
    return another(StoreKey.requireValid(key)).isEmpty() ? store.stat(key) : Optional.empty();
  }

  @Override
  public Optional<FileRights> rights(String key) {
    return store.rights(own(key));
  }

  @Override
  public void list(String prefix, Consumer<StoredObject> each) {
    store.list(
        prefix,
        object -> {
          if (another(object.key()).isEmpty()) {
            each.accept(object);
          }
        });
  }

  @Override
  public void delete(String key) {
    store.delete(own(key));
  }

  @Override
  public void expire(String key) {
    store.expire(own(key));
  }

  @Override
  public boolean keep(String key) {
    return store.keep(own(key));
  }

  @Override
  public boolean isReleased(String key) {
    return another(StoreKey.requireValid(key)).isEmpty() && store.isReleased(key);
  }

  @Override
  public void check() {
    store.check();
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
  public String uri(String key) {
    return store.uri(key);
  }

  @Override
  public Optional<String> key(String uri) {
    return store.key(uri);
  }

  @Override
  public void close() {
    store.close();
  }

  @Override
  public String toString() {
    return store.toString();
  }
}
