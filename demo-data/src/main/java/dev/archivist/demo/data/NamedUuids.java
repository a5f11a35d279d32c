package dev.archivist.demo.data;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** UUIDs that are the same on every run: made from a name. */
final class NamedUuids {
  private NamedUuids() {}

  /** A version 3 UUID of the name. */
  static UUID of(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
  }
}
