package dev.archivist.run;

import dev.archivist.db.Answers;
import dev.archivist.db.ObjectSession;
import dev.archivist.engine.report.ReportObjects.Restored;
import dev.archivist.engine.report.ReportObjects.Stray;
import dev.archivist.engine.report.ReportRows;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.report.ReportFile;
import dev.archivist.report.ReportRoot;
import dev.archivist.report.Whereabouts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether live reports have the files that a restore brought back. Between the restore and the end
 * of their objects' time lie days: a disk may have been exchanged, or mounted over them.
 *
 * <p>The restored report itself must have the content that its object has: nothing else would
 * replace it. Another live report that names the same path must have a file there; what it holds is
 * the application's.
 */
final class RestoredReports {
  private final ObjectSession session;
  private final ReportRoot root;
  private final LockRetry retry;

  RestoredReports(ObjectSession session, ReportRoot root, LockRetry retry) {
    this.session = session;
    this.root = root;
    this.retry = retry;
  }

  /** Of objects of restored reports those that a live report may still want, and why. */
  Map<String, String> waiting(List<Stray> objects) {
    List<Stray> ofReports = objects.stream().filter(each -> each.restored().isPresent()).toList();
    if (ofReports.isEmpty()) {
      return Map.of();
    }
    List<Restored> restored = ofReports.stream().flatMap(each -> each.restored().stream()).toList();
    Answers<ReportRows.Live> same =
        retry.retrying(
            () -> session.live(restored.stream().map(Restored::report).distinct().toList()));
    Answers<ReportRows.Named> named =
        retry.retrying(
            () ->
                session.liveFilesNamed(
                    restored.stream().map(RestoredReports::name).distinct().toList()));
    Map<String, String> waiting = new HashMap<>();
    for (Stray object : ofReports) {
      why(object.restored().orElseThrow(), same, named)
          .ifPresent(why -> waiting.put(object.location(), why));
    }
    return waiting;
  }

  /** Its last name, as the database cuts it off; this system may not be able to express it. */
  private static String name(Restored report) {
    return report.file().replaceAll("(/+\\.?)+$", "").replaceAll("^.*/", "");
  }

  private Optional<String> why(
      Restored report, Answers<ReportRows.Live> same, Answers<ReportRows.Named> named) {
    for (ReportRows.Live live : same.found()) {
      if (live.id().equals(report.report())) {
        String lack = live.file() == null ? "it names none" : lack(live.file(), report);
        if (lack != null) {
          return Optional.of(
              "live report %s does not have the file that came back: %s"
                  .formatted(live.id(), lack));
        }
      }
    }
    Whereabouts place = root.whereabouts(report.file());
    for (ReportRows.Named live : named.found()) {
      if (live.name().equals(name(report)) && mayBe(root.whereabouts(live.file()), place)) {
        String lack = lack(live.file(), null);
        if (lack != null) {
          return Optional.of("live report %s names its path: %s".formatted(live.id(), lack));
        }
      }
    }
    return named.unasked().stream().findFirst();
  }

  private static boolean mayBe(Whereabouts live, Whereabouts restored) {
    return live.equals(restored)
        || !(live instanceof Whereabouts.At one)
        || !(restored instanceof Whereabouts.At other)
        || one.place().equals(other.place());
  }

  /**
   * What is wrong with the file; null if nothing is.
   *
   * @param content what it must hold; null for anything
   */
  private String lack(String path, Restored content) {
    Whereabouts end = root.whereabouts(path);
    if (end instanceof Whereabouts.Unknown unknown) {
      return path + ": " + unknown.why();
    }
    if (!(end instanceof Whereabouts.At at)
        || !Files.isRegularFile(at.place(), LinkOption.NOFOLLOW_LINKS)) {
      return path + ": there is no such file";
    }
    if (content != null && at.linked()) {
      return path + ": it is a symbolic link to a file of another name";
    }
    try {
      boolean isWanted =
          content == null
              || ReportFile.at(at.place())
                  .hasContent(content.contentSha256(), content.contentBytes());
      return isWanted ? null : path + ": it holds something else";
    } catch (IOException | ArchiveFailure e) {
      return path + ": " + e.getMessage();
    }
  }
}
