package dev.archivist.demo.data;

import dev.archivist.demo.DataReader;
import dev.archivist.demo.DemoSource;
import java.nio.file.Path;
import java.time.Instant;

/** The reader that the program finds where this module is on its class path. */
public final class RealFilesReader implements DataReader {
  @Override
  public DemoSource read(Path directory, Instant now) {
    return new RealFiles(directory, now);
  }
}
