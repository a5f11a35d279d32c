package dev.archivist.demo.data;

import java.nio.file.Path;
import java.util.Locale;

/**
 * An input file.
 *
 * @param path where it is
 * @param name its path below the data directory, with {@code /} between names; ids derive from it
 * @param bytes its size
 */
record DataFile(Path path, String name, long bytes) {

  /** The last part of the name. */
  String fileName() {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /** The last part of the name without its extension. */
  String stem() {
    int dot = fileName().lastIndexOf('.');
    return dot <= 0 ? fileName() : fileName().substring(0, dot);
  }

  /** The extension in lower case, without the dot; may be empty. */
  String extension() {
    int dot = fileName().lastIndexOf('.');
    return dot <= 0 ? "" : fileName().substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  /** The part of the name before the last {@code /}. */
  String folder() {
    return name.substring(0, Math.max(0, name.lastIndexOf('/')));
  }
}
