package dev.archivist.demo.data;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The input files below a data directory: {@code logs/**}, {@code metrics/**} and {@code iot/**}
 * (both metrics), {@code reports/**}. Everything else there, and hidden files, are not input.
 *
 * @param logs by name
 * @param metrics by name
 * @param reports by name
 */
record DataLayout(List<DataFile> logs, List<DataFile> metrics, List<DataFile> reports) {

  /** Lists the files; {@code USAGE} if the directory is not there or cannot be listed. */
  static DataLayout of(Path dataDir) {
    if (!Files.isDirectory(dataDir)) {
      throw unusable("there is no data directory " + dataDir);
    }
    List<DataFile> metrics = new ArrayList<>(below(dataDir, "iot"));
    metrics.addAll(below(dataDir, "metrics"));
    return new DataLayout(below(dataDir, "logs"), List.copyOf(metrics), below(dataDir, "reports"));
  }

  static ArchiveFailure unusable(String message) {
    return new ArchiveFailure(
        ArchiveError.USAGE,
        message,
        "Lay the directory out as logs/ (access logs, PostgreSQL logs, syslog), metrics/ (CSV with"
            + " timestamp,value) and reports/ (PDF, CSV); one of them is enough.");
  }

  private static List<DataFile> below(Path dataDir, String folder) {
    Path start = dataDir.resolve(folder);
    if (!Files.isDirectory(start)) {
      return List.of();
    }
    List<DataFile> files = new ArrayList<>();
    try (Stream<Path> found = Files.walk(start)) {
      for (Path path : (Iterable<Path>) found::iterator) {
        if (Files.isRegularFile(path) && !path.getFileName().toString().startsWith(".")) {
          String name = dataDir.relativize(path).toString().replace(File.separatorChar, '/');
          files.add(new DataFile(path, name, Files.size(path)));
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw unusable("cannot list " + start + ": " + e.getMessage());
    }
    files.sort(Comparator.comparing(DataFile::name));
    return List.copyOf(files);
  }
}
