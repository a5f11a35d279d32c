package dev.archivist.store;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Where a directory really is, or would be if it were made: by whatever links its name leads there.
 */
record RealPlace(Path path) {
  static RealPlace of(Path directory) {
    Path absolute = directory.toAbsolutePath().normalize();
    for (Path there = absolute; there != null; there = there.getParent()) {
      try {
        return new RealPlace(there.toRealPath().resolve(there.relativize(absolute)).normalize());
      } catch (IOException e) {
        // not there, or not to be seen: the one above it
      }
    }
    return new RealPlace(absolute);
  }

  boolean isIn(RealPlace other) {
    return path.startsWith(other.path);
  }
}
