package dev.archivist.run;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.file.HeldDirectory;
import dev.archivist.report.ReportFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The names that the file of a report has on its way out, in the directory of its place: by the
 * name that it had, so that whoever misses it is told of it; by report and policy, so that nobody
 * else gets it; and by the attempt, so that nobody deletes another's.
 *
 * @param root the real directory of all reports
 * @param place where the file was, below the root
 * @param policy the name of the report's policy: two may have reports of one id
 */
record AsideFiles(Path root, Path place, String policy, UUID report) {
  private static final String START = ".archivist-delete-";
  private static final String END = ".tmp";

  /** The name for one attempt to delete it. */
  Path name(UUID attempt) {
    return place.resolveSibling(ofReport() + attempt + END);
  }

  /** What is there of this report. */
  List<ReportFile> own() {
    return named(ofReport());
  }

  /** What is there of any report that had this place. */
  List<ReportFile> all() {
    return named(ofPlace());
  }

  private String ofReport() {
    return ofPlace() + report + "-" + digest(policy).substring(0, 8) + "-";
  }

  /** Not the name itself, which may be as long as a name can be. */
  private String ofPlace() {
    return START + digest(place.getFileName().toString()) + "-";
  }

  private static String digest(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8))
        .toString()
        .replace("-", "");
  }

  private List<ReportFile> named(String start) {
    return named(root, place.getParent(), start);
  }

  /** Whether there are any in the directory, of whatever report. */
  static boolean areIn(Path root, Path directory) {
    return !named(root, directory, START).isEmpty();
  }

  private static List<ReportFile> named(Path root, Path directory, String start) {
    List<ReportFile> files = new ArrayList<>();
    try (HeldDirectory held = HeldDirectory.open(root, directory)) {
      for (Path name : held.names(start)) {
        if (name.toString().endsWith(END)) {
          files.add(ReportFile.in(held, root, name));
        }
      }
    } catch (NoSuchFileException e) {
      // there is no such directory, or the file was deleted or put back by another
    } catch (IOException e) {
      throw new ArchiveFailure(
          ArchiveError.REPORT_UNREADABLE,
          "the directory of the report's file cannot be read: " + directory,
          "Give the user that runs archivist the right to read it.",
          e);
    }
    return files;
  }
}
