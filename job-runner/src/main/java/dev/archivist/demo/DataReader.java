package dev.archivist.demo;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Reads files that others made. It is a service: the module that provides it, {@code demo-data},
 * stands beside the program in a source tree and is in no release.
 */
public interface DataReader {

  /** The one on the class path, if there is one. */
  static Optional<DataReader> installed() {
    return ServiceLoader.load(DataReader.class, DataReader.class.getClassLoader()).findFirst();
  }

  /**
   * Looks at what is in a directory; no row is read yet.
   *
   * @param now every row comes to lie before it
   * @throws dev.archivist.failure.ArchiveFailure {@code USAGE} if the directory is not there, or
   *     nothing in it can be read
   */
  DemoSource read(Path directory, Instant now);
}
