package dev.archivist.run;

import dev.archivist.db.Answers;
import dev.archivist.engine.report.ReportRows;
import dev.archivist.report.ReportFile;
import dev.archivist.report.ReportRoot;
import dev.archivist.report.Whereabouts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/**
 * Which files live reports reach, of all policies of the database: they share one directory. Only
 * what is known to be reached by none may go. A path that nobody can follow may be a symbolic link
 * to any file, and a policy that cannot be asked may have any report.
 */
final class LiveFiles {
  private static final int SHOWN = 20;

  private static final String REFERRED_TO = "a live report refers to it";
  private static final String MISSED = "it is needed again";

  /** Stands for what the system could not decode in a file's name. */
  private static final String UNDECODED = "\uFFFD";

  private final LiveAndArchived rows;
  private final ReportRoot root;
  private final Consumer<String> notes;
  private final Set<String> noted = new HashSet<>();
  private Set<Path> linked = Set.of();

  /** Of each live report's file a number of 32 bits, and one of its place; sorted. */
  private long[] places = {};

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
   * Looks which files live reports reach by symbolic links, and which there are under several names
   * (a file mounted over another, a file system that takes two spellings for one): their names say
   * nothing of that.
   *
   * @param also is done with each live report that names a file, and the name of its policy
   */
  void look(BiConsumer<String, ReportRows.Live> also) {
    Set<Path> files = new HashSet<>();
    LongStream.Builder seen = LongStream.builder();
    List<String> unknown = new ArrayList<>();
    List<String> unasked =
        forEach(
            (policy, live) -> {
              also.accept(policy, live);
              look(live, files, seen, unknown);
            });
    unknown.addAll(unasked);
    linked = files;
    places = seen.build().sorted().toArray();
    blind = !unknown.isEmpty();
    noteOnce(unknown);
  }

  /**
   * Each live report that names a file, with its policy.
   *
   * @return what could not be asked
   */
  private List<String> forEach(BiConsumer<String, ReportRows.Live> each) {
    List<ReportRows.Live> own = rows.live(ReportRows.Position.START.key());
    while (!own.isEmpty()) {
      forEach(rows.policy(), own, each);
      own = rows.live(last(own));
    }
    List<String> unasked = new ArrayList<>();
    for (String policy : rows.others()) {
      Answers<ReportRows.Live> others = rows.live(policy, ReportRows.Position.START.key());
      while (!others.found().isEmpty()) {
        forEach(policy, others.found(), each);
        others = rows.live(policy, last(others.found()));
      }
      unasked.addAll(others.unasked());
    }
    return unasked;
  }

  private static void forEach(
      String policy, List<ReportRows.Live> page, BiConsumer<String, ReportRows.Live> each) {
    page.stream().filter(live -> live.file() != null).forEach(live -> each.accept(policy, live));
  }

  private static UUID last(List<ReportRows.Live> page) {
    return page.get(page.size() - 1).id();
  }

  private void look(
      ReportRows.Live live, Set<Path> files, LongStream.Builder seen, List<String> unknown) {
    Whereabouts end = root.whereabouts(live.file());
    if (end instanceof Whereabouts.At at) {
      if (at.linked()) {
        files.add(at.place());
      }
      look(live, at.place(), seen, unknown);
    } else if (end instanceof Whereabouts.Unknown nobodyKnows) {
      unknown.add(
          "report %s is live and its path may lead to any of them: %s: %s"
              .formatted(live.id(), live.file(), nobodyKnows.why()));
    }
  }

  /** Of each file a number, and one of its place: a few bytes, as there may be millions. */
  private static void look(
      ReportRows.Live live, Path place, LongStream.Builder seen, List<String> unknown) {
    try {
      Object key = ReportFile.at(place).fileKey();
      if (key != null) {
        seen.add(first(key) | second(place));
      }
    } catch (NoSuchFileException e) {
      // nothing is there that could be missed
    } catch (IOException e) {
      unknown.add(
          "report %s is live and its file cannot be looked at: %s".formatted(live.id(), place));
    }
  }

  private static long first(Object fileKey) {
    return (long) fileKey.hashCode() << Integer.SIZE;
  }

  /** Names of the same length often agree in Path.hashCode. */
  private static long second(Path place) {
    return UUID.nameUUIDFromBytes(place.toString().getBytes(StandardCharsets.UTF_8))
            .getMostSignificantBits()
        >>> Integer.SIZE;
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
      return Optional.of(REFERRED_TO);
    }
    return why(file.path(), at -> file.isAt(at.place()) ? REFERRED_TO : null)
        .or(() -> whyElsewhere(file.path(), file, REFERRED_TO));
  }

  /**
   * The same of a place whose file has another name now: a live report that names the place, or the
   * same directory or file under another name, misses it.
   */
  Optional<String> whyMissed(Path place, ReportFile renamed) {
    if (linked.contains(place)) {
      return Optional.of(MISSED);
    }
    return why(
            place,
            at ->
                at.place().equals(place) || isSameDirectory(at.place(), place, renamed.path())
                    ? MISSED
                    : null)
        .or(() -> whyElsewhere(place, renamed, MISSED));
  }

  /** Where the numbers say that the file may have another place, the live reports are asked. */
  private Optional<String> whyElsewhere(Path place, ReportFile file, String why) {
    if (!maybeElsewhere(place, file)) {
      return Optional.empty();
    }
    if (!file.hasOneName()) {
      return Optional.of(why); // nothing is won by deleting one of several names
    }
    List<Path> others = new ArrayList<>();
    List<String> unasked =
        forEach(
            (policy, live) -> {
              if (root.whereabouts(live.file()) instanceof Whereabouts.At at
                  && !at.place().equals(place)
                  && file.isAt(at.place())) {
                others.add(at.place());
              }
            });
    return others.isEmpty() ? unasked.stream().findFirst() : Optional.of(why);
  }

  private boolean maybeElsewhere(Path place, ReportFile file) {
    if (file.fileKey() == null) {
      return false;
    }
    long first = first(file.fileKey());
    int found = Arrays.binarySearch(places, first);
    for (int i = found < 0 ? -found - 1 : found;
        i < places.length && places[i] >>> Integer.SIZE == first >>> Integer.SIZE;
        i++) {
      if (Integer.toUnsignedLong((int) places[i]) != second(place)) {
        return true;
      }
    }
    return false;
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
