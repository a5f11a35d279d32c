package dev.archivist.run;

import dev.archivist.db.Answers;
import dev.archivist.engine.report.ReportRows;
import dev.archivist.report.ReportFile;
import dev.archivist.report.ReportRoot;
import dev.archivist.report.Whereabouts;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Which files live reports reach, of all policies of the database: they share one directory. Only
 * what is known to be reached by none may go. A path that nobody can follow may be a symbolic link
 * to any file, and a policy that cannot be asked may have any report.
 */
final class LiveFiles {
  private static final int SHOWN = 20;

  /** Stands for what the system could not decode in a file's name. */
  private static final String UNDECODED = "\uFFFD";

  private final LiveAndArchived rows;
  private final ReportRoot root;
  private final Consumer<String> notes;
  private final Set<String> noted = new HashSet<>();
  private Set<Path> linked = Set.of();
  private boolean blind;

  /**
   * @param notes hears why no file may go
   */
  LiveFiles(LiveAndArchived rows, ReportRoot root, Consumer<String> notes) {
    this.rows = rows;
    this.root = root;
    this.notes = notes;
  }

  /**
   * Looks which files live reports reach by symbolic links: their names say nothing of that.
   *
   * @param also is done with each live report that names a file
   */
  void look(Consumer<ReportRows.Live> also) {
    Set<Path> files = new HashSet<>();
    List<String> unknown = new ArrayList<>();
    Consumer<List<ReportRows.Live>> page =
        reports ->
            reports.stream()
                .filter(live -> live.file() != null)
                .forEach(
                    live -> {
                      also.accept(live);
                      look(live, files, unknown);
                    });
    List<ReportRows.Live> own = rows.live(ReportRows.Position.START.key());
    while (!own.isEmpty()) {
      page.accept(own);
      own = rows.live(last(own));
    }
    for (String policy : rows.others()) {
      Answers<ReportRows.Live> others = rows.live(policy, ReportRows.Position.START.key());
      while (!others.found().isEmpty()) {
        page.accept(others.found());
        others = rows.live(policy, last(others.found()));
      }
      unknown.addAll(others.unasked());
    }
    linked = files;
    blind = !unknown.isEmpty();
    noteOnce(unknown);
  }

  private static UUID last(List<ReportRows.Live> page) {
    return page.get(page.size() - 1).id();
  }

  private void look(ReportRows.Live live, Set<Path> files, List<String> unknown) {
    Whereabouts end = root.whereabouts(live.file());
    if (end instanceof Whereabouts.At at && at.linked()) {
      files.add(at.place());
    } else if (end instanceof Whereabouts.Unknown nobodyKnows) {
      unknown.add(
          "report %s is live and its path may lead to any of them: %s: %s"
              .formatted(live.id(), live.file(), nobodyKnows.why()));
    }
  }

  private void noteOnce(List<String> unknown) {
    List<String> news = unknown.stream().filter(noted::add).toList();
    news.stream().limit(SHOWN).forEach(why -> notes.accept("no local file is deleted: " + why));
    if (news.size() > SHOWN) {
      notes.accept("no local file is deleted: there are %d more".formatted(news.size() - SHOWN));
    }
  }

  /** Whether no file may go, as was noted. */
  boolean isBlind() {
    return blind;
  }

  /** Why the file must stay; empty if no live report reaches it. */
  Optional<String> whyNeeded(ReportFile file) {
    if (linked.contains(file.path())) {
      return Optional.of("a live report refers to it");
    }
    return why(file.path(), at -> file.isAt(at.place()) ? "a live report refers to it" : null);
  }

  /**
   * The same of a place whose file has another name now: a live report that names the place, or the
   * same directory under another name, misses it.
   */
  Optional<String> whyMissed(Path place, Path renamed) {
    if (linked.contains(place)) {
      return Optional.of("it is needed again");
    }
    return why(
        place,
        at ->
            at.place().equals(place) || isSameDirectory(at.place(), place, renamed)
                ? "it is needed again"
                : null);
  }

  /** The name that the file has now appears beside every other name of its place. */
  private static boolean isSameDirectory(Path other, Path place, Path renamed) {
    return !place.getParent().equals(other.getParent())
        && !Files.notExists(other.resolveSibling(renamed.getFileName()), LinkOption.NOFOLLOW_LINKS);
  }

  /** What is known of a place. */
  @FunctionalInterface
  private interface Reason {
    /** Null where there is none. */
    String of(Whereabouts.At at);
  }

  private Optional<String> why(Path file, Reason reason) {
    String name = file.getFileName().toString();
    if (name.contains(UNDECODED)) {
      return Optional.of("this system cannot express its name");
    }
    Answers<ReportRows.Named> reports = rows.liveFilesNamed(name);
    for (ReportRows.Named live : reports.found()) {
      Whereabouts end = root.whereabouts(live.file());
      if (end instanceof Whereabouts.Unknown unknown) {
        return Optional.of(
            "report %s is live and may refer to it as %s: %s"
                .formatted(live.id(), live.file(), unknown.why()));
      }
      String why = end instanceof Whereabouts.At at ? reason.of(at) : null;
      if (why != null) {
        return Optional.of(why);
      }
    }
    return reports.unasked().stream().findFirst();
  }
}
