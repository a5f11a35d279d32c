package dev.archivist.store;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A place that keeps archived objects. Every failure is an {@link
 * dev.archivist.failure.ArchiveFailure} with one of the {@code STORE_} or {@code OBJECT_} errors;
 * no exception of a library leaves a store.
 *
 * <p>A store is safe for use by several threads.
 */
public interface ArchiveStore extends AutoCloseable {

  /**
   * Writes the file under the key, durably, and only if the key is free. When it returns, the
   * object survives a crash of this program and (as far as the store can promise) of the machine.
   * An object is seen whole or not at all. Repeating a put with the same content succeeds and
   * writes nothing; other content under the key is {@code OBJECT_CONFLICT} and overwrites nothing.
   * After a failure the object may or may not be there; repeating is always safe. A key that was
   * given to {@link #delete} or {@link #expire} is never put again: either may arrive late.
   *
   * @param key where, below the store's location
   * @param content a local file; it must not change meanwhile. Its permissions are kept with the
   *     object, and no file that the store makes has wider ones
   * @param sha256 lower-case hexadecimal SHA-256 of the file's bytes; the store checks it on the
   *     way
   */
  StoredObject put(String key, Path content, String sha256);

  /**
   * Writes a mark, durably and at once, whatever was there under its key.
   *
   * @param key one of {@link StoreKey}'s marks
   */
  void mark(String key, byte[] content);

  /**
   * The mark under the key; empty if there is none.
   *
   * @param key one of {@link StoreKey}'s marks
   */
  Optional<FoundMark> mark(String key);

  /** Opens the object for reading from its start. {@code OBJECT_MISSING} if there is none. */
  InputStream open(String key);

  /** What the store knows of the object without reading its bytes; empty if there is none. */
  Optional<StoredObject> stat(String key);

  /**
   * The permissions of the file that the object was put from; empty if there is no object, or where
   * they are not known.
   */
  Optional<FileRights> rights(String key);

  /**
   * Calls {@code each} for every object whose key starts with the prefix, in order of their keys.
   */
  void list(String prefix, Consumer<StoredObject> each);

  /** Removes the object. That it is not there (any more) is a success. */
  void delete(String key);

  /**
   * Releases the object for deletion, because it is past its retention: a bucket deletes it when
   * its lifecycle rule is applied, a directory at once. That it is not there is a success.
   */
  void expire(String key);

  /**
   * Takes back {@link #expire}.
   *
   * @return false if the object is gone
   */
  boolean keep(String key);

  /** Whether the object is there and was released by {@link #expire}; false if it may not ask. */
  boolean isReleased(String key);

  /**
   * Checks that the store can be reached, is there, and can be written to; throws what is wrong.
   */
  void check();

  /**
   * Owner's marks ({@link StoreKey#OWNER}) of directories that are not the store itself. What may
   * not be looked at outside the store counts as missing.
   *
   * @param directory the key of an object up to its last slash, or to one before, without it: the
   *     mark there; empty: those of all directories that the store lies in, nearest first
   */
  List<FoundMark> owners(String directory);

  /**
   * Owner's marks ({@link StoreKey#OWNER}) of whatever lies inside the store; looks at every name
   * in it.
   */
  List<FoundMark> ownersInside();

  /** What {@link #uri} begins with, or would if the store were called by another of its names. */
  List<String> bases();

  /** The key as users write it, e.g. {@code s3://bucket/prefix/key} or {@code file:///dir/key}. */
  String uri(String key);

  /**
   * The key that {@link #uri} wrote so; empty for a URI that is not of this store, or that names an
   * object of it otherwise than {@link #uri} does: one object has one location.
   */
  Optional<String> key(String uri);

  @Override
  void close();
}
