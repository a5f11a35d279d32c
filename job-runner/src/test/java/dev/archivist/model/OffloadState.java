package dev.archivist.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A report, its files and objects, and the runs that work on it, at one moment.
 *
 * @param objects what the store has under each key
 * @param newest the content that the application wrote last; none once it has deleted the report
 * @param neighbour whether another live report names path A
 * @param left files that crashes left renamed
 * @param going the key of an object that was deleted, and of which the store may be told again
 * @param late a run that has lost its session and does not know it yet
 */
record OffloadState(
    Row live,
    int fileA,
    int fileB,
    List<Stored> objects,
    Archived archived,
    int newest,
    boolean neighbour,
    Set<Renamed> left,
    int going,
    Run late,
    Run run) {
  static final int NONE = -1;

  /** As many as can be known at a time: archived, a run's, a late one's, one that goes; and one. */
  static final int KEYS = 5;

  /** Of a row that was restored: the application does not change it any more. */
  static final int LAST_VERSION = 1000;

  /** Where the run stands: the step that comes next. */
  enum Step {
    IDLE,
    LEFTOVERS,
    CANDIDATES,
    COMPRESS,
    PUT,
    READ_BACK,
    COMMIT_REPORT,
    DELETE_CHANGED,
    COMPARE,
    RENAME,
    CHECK,
    PUT_BACK,
    DELETE_RENAMED,
    DELETED_LOCALLY
  }

  /** The live row: its version, and the path that it names. */
  record Row(int version, char path) {}

  /** What the store has under a key: what it says it is, and whether it is that. */
  record Stored(int content, boolean damaged) {}

  /**
   * The row in the archive: the path it had, the content it says the object has.
   *
   * @param key which object it is
   */
  record Archived(char path, int content, int key, boolean deletedLocally) {}

  /** A file on its way out: the place that it had. */
  record Renamed(char path, int content) {}

  /**
   * What a run knows; gone with it.
   *
   * @param row as it was read
   * @param content of the file as it was read
   * @param key of the object that it puts
   * @param renamed the file that it has renamed
   */
  record Run(Step next, Row row, int content, int key, Renamed renamed) {
    static final Run IDLE = new Run(Step.IDLE, null, NONE, NONE, null);

    Run(Step next, Row row, int content) {
      this(next, row, content, NONE, null);
    }

    Run to(Step step) {
      return new Run(step, row, content, key, renamed);
    }

    Run under(int key) {
      return new Run(next, row, content, key, renamed);
    }

    Run has(Renamed file) {
      return new Run(next, row, content, key, file);
    }
  }

  Stored object(int key) {
    return objects.get(key);
  }

  /** Whether anybody refers to the key, or is about to delete what is there. */
  boolean isKnown(int key) {
    return (archived != null && archived.key() == key)
        || run.key() == key
        || (late != null && late.key() == key)
        || going == key;
  }

  int file(char path) {
    return path == 'A' ? fileA : fileB;
  }

  OffloadState withFile(char path, int content) {
    return new OffloadState(
        live,
        path == 'A' ? content : fileA,
        path == 'B' ? content : fileB,
        objects,
        archived,
        newest,
        neighbour,
        left,
        going,
        late,
        run);
  }

  OffloadState with(Row row) {
    return new OffloadState(
        row, fileA, fileB, objects, archived, newest, neighbour, left, going, late, run);
  }

  OffloadState with(int key, Stored stored) {
    List<Stored> all = new ArrayList<>(objects);
    all.set(key, stored);
    return new OffloadState(
        live,
        fileA,
        fileB,
        Collections.unmodifiableList(all),
        archived,
        newest,
        neighbour,
        left,
        going,
        late,
        run);
  }

  /**
   * Objects that nobody knows are as good as gone, and which key is which does not matter: states
   * that differ in no more are one.
   */
  OffloadState withKeysInOrder() {
    int[] keys = {
      archived == null ? NONE : archived.key(), run.key(), late == null ? NONE : late.key(), going
    };
    List<Integer> known =
        Arrays.stream(keys).filter(key -> key != NONE).distinct().boxed().toList();
    List<Stored> all = new ArrayList<>(Collections.nCopies(KEYS, null));
    known.forEach(key -> all.set(known.indexOf(key), object(key)));
    return new OffloadState(
        live,
        fileA,
        fileB,
        Collections.unmodifiableList(all),
        archived == null
            ? null
            : new Archived(
                archived.path(),
                archived.content(),
                known.indexOf(archived.key()),
                archived.deletedLocally()),
        newest,
        neighbour,
        left,
        known.indexOf(going),
        late == null ? null : late.under(known.indexOf(late.key())),
        run.under(known.indexOf(run.key())));
  }

  OffloadState with(Archived row) {
    return new OffloadState(
        live, fileA, fileB, objects, row, newest, neighbour, left, going, late, run);
  }

  OffloadState withGoing(int key) {
    return new OffloadState(
        live, fileA, fileB, objects, archived, newest, neighbour, left, key, late, run);
  }

  OffloadState withNewest(int content) {
    return new OffloadState(
        live, fileA, fileB, objects, archived, content, neighbour, left, going, late, run);
  }

  OffloadState withNeighbour(boolean there) {
    return new OffloadState(
        live, fileA, fileB, objects, archived, newest, there, left, going, late, run);
  }

  OffloadState with(Set<Renamed> files) {
    return new OffloadState(
        live, fileA, fileB, objects, archived, newest, neighbour, files, going, late, run);
  }

  OffloadState leaves(Renamed file) {
    Set<Renamed> files = new HashSet<>(left);
    files.add(file);
    return with(Set.copyOf(files));
  }

  OffloadState without(Renamed file) {
    Set<Renamed> files = new HashSet<>(left);
    files.remove(file);
    return with(Set.copyOf(files));
  }

  OffloadState withLate(Run sleeping) {
    return new OffloadState(
        live, fileA, fileB, objects, archived, newest, neighbour, left, going, sleeping, run);
  }

  OffloadState with(Run now) {
    return new OffloadState(
        live, fileA, fileB, objects, archived, newest, neighbour, left, going, late, now);
  }

  OffloadState to(Step step) {
    return with(run.to(step));
  }

  OffloadState ends() {
    return with(Run.IDLE);
  }

  /** What a crash of the run leaves. */
  OffloadState crashes() {
    return (run.renamed() == null ? this : leaves(run.renamed())).ends();
  }
}
