package dev.archivist.demo;

import java.util.SplittableRandom;
import java.util.UUID;

/** UUIDs that are the same on every run: drawn from a seeded generator. */
final class SeededUuids {
  private SeededUuids() {}

  /** A version 4 UUID from the generator's next 128 bits. */
  static UUID next(SplittableRandom random) {
    long most = (random.nextLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x0000_0000_0000_4000L;
    long least = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(most, least);
  }
}
