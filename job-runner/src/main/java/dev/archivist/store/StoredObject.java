package dev.archivist.store;

import java.util.Objects;

/**
 * An object as its store knows it.
 *
 * @param key the key below the store's own location, {@code /}-separated, never starting with it
 * @param bytes the object's size as stored
 * @param sha256 lower-case hexadecimal SHA-256 of the stored bytes, empty where the store does not
 *     know it (listings)
 */
public record StoredObject(String key, long bytes, String sha256) {
  public StoredObject {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(sha256, "sha256");
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes must not be negative: " + bytes);
    }
  }
}
