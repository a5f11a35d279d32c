package dev.archivist.model;

import dev.archivist.model.Explorer.Model;
import dev.archivist.model.Explorer.Move;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * One report on its way to the object store: the steps of {@code OffloadRun}, in its order and by
 * its names, a crash after any of them, and whatever the application does meanwhile. The two belong
 * together: who changes a step there changes it here.
 *
 * <p>Contents are numbers. The report begins as content 0 at path A. The application may change its
 * row, write content 1 to path B and let the row name that, write content 2 over A, put content 0
 * back at A, let another report name A, or delete the report.
 */
final class OffloadModel implements Model<OffloadModel.State> {
  private static final int NONE = -1;

  /** Ways to break it; the explorer must find out about each. */
  enum Broken {
    DELETES_THE_FILE_BEFORE_THE_COMMIT,
    COMMITS_BEFORE_THE_PUT,
    DOES_NOT_READ_BACK,
    COMMITS_WHATEVER_VERSION_THE_ROW_HAS,
    DELETES_THE_FILE_WHATEVER_IT_HOLDS,
    DELETES_THE_FILE_WHOEVER_NEEDS_IT,
    COMPARES_FIRST_AND_DELETES_LATER,
    REPLACES_AN_ORPHAN_WITHOUT_ITS_SESSION,
    DELETES_THE_OBJECT_OF_A_CHANGED_ROW_WITHOUT_ITS_SESSION
  }

  /** Where the run stands: the step that comes next. */
  enum Step {
    IDLE,
    LEFTOVERS,
    CANDIDATES,
    COMPRESS,
    PUT,
    REPLACE_ORPHAN,
    DELETE_ORPHAN,
    READ_BACK,
    COMMIT_REPORT,
    CHANGED,
    DELETE_CHANGED,
    DELETE_LOCAL,
    DELETE_COMPARED,
    DELETED_LOCALLY
  }

  /** The live row: its version, and the path that it names. */
  record Row(int version, char path) {}

  /** What the store has under the report's key: what it says it is, and whether it is that. */
  record Stored(int content, boolean damaged) {}

  /** The row in the archive: the path it had, the content it says the object has. */
  record Archived(char path, int content, boolean deletedLocally) {}

  /**
   * What a run knows; gone with it.
   *
   * @param row as it was read
   * @param content of the file as it was read
   */
  record Run(Step next, Row row, int content) {
    static final Run IDLE = new Run(Step.IDLE, null, NONE);

    Run to(Step step) {
      return new Run(step, row, content);
    }
  }

  /**
   * @param newest the content that the application wrote last; none once it has deleted the report
   * @param neighbour whether another live report names path A
   * @param late a deletion that a run has decided on and that still happens after it lost its
   *     session
   */
  record State(
      Row live,
      int fileA,
      int fileB,
      Stored object,
      Archived archived,
      int newest,
      boolean neighbour,
      boolean late,
      Run run) {
    int file(char path) {
      return path == 'A' ? fileA : fileB;
    }

    State withFile(char path, int content) {
      return new State(
          live,
          path == 'A' ? content : fileA,
          path == 'B' ? content : fileB,
          object,
          archived,
          newest,
          neighbour,
          late,
          run);
    }

    State with(Row row) {
      return new State(row, fileA, fileB, object, archived, newest, neighbour, late, run);
    }

    State with(Stored stored) {
      return new State(live, fileA, fileB, stored, archived, newest, neighbour, late, run);
    }

    State with(Archived row) {
      return new State(live, fileA, fileB, object, row, newest, neighbour, late, run);
    }

    State withNewest(int content) {
      return new State(live, fileA, fileB, object, archived, content, neighbour, late, run);
    }

    State withNeighbour(boolean there) {
      return new State(live, fileA, fileB, object, archived, newest, there, late, run);
    }

    State withLate(boolean deletion) {
      return new State(live, fileA, fileB, object, archived, newest, neighbour, deletion, run);
    }

    State with(Run now) {
      return new State(live, fileA, fileB, object, archived, newest, neighbour, late, now);
    }

    State to(Step step) {
      return with(run.to(step));
    }

    State ends() {
      return with(Run.IDLE);
    }
  }

  private final int versions;
  private final Set<Broken> broken;

  /**
   * @param versions how often the application changes the row at most: bounds the states
   */
  OffloadModel(int versions, Broken... broken) {
    this.versions = versions;
    this.broken = EnumSet.noneOf(Broken.class);
    this.broken.addAll(List.of(broken));
  }

  private boolean is(Broken way) {
    return broken.contains(way);
  }

  @Override
  public State begin() {
    return new State(new Row(0, 'A'), 0, NONE, null, null, 0, false, false, Run.IDLE);
  }

  @Override
  public List<Move<State>> moves(State state) {
    List<Move<State>> moves = new ArrayList<>(steps(state));
    if (state.run().next() != Step.IDLE) {
      moves.add(new Move<>("CRASH", state.ends()));
    }
    moves.addAll(withoutSession(state));
    moves.addAll(application(state));
    return moves;
  }

  /** What the run may do next; a store may do its part in more than one way. */
  List<Move<State>> steps(State state) {
    Step step = state.run().next();
    return switch (step) {
      case IDLE -> one("begin", state.to(Step.LEFTOVERS));
      case LEFTOVERS -> one("leftovers", leftovers(state));
      case CANDIDATES -> one("candidates", candidates(state));
      case COMPRESS -> one("compress", compress(state));
      case PUT -> put(state);
      case REPLACE_ORPHAN -> one("isReferenced", replaceOrphan(state));
      case DELETE_ORPHAN -> one("delete orphan", state.with((Stored) null).to(Step.PUT));
      case READ_BACK -> one("readBack", readBack(state));
      case COMMIT_REPORT -> one("commitReport", commitReport(state));
      case CHANGED -> one("changed", changed(state));
      case DELETE_CHANGED -> one("delete object", state.with((Stored) null).ends());
      case DELETE_LOCAL -> one("deleteLocal", deleteLocal(state));
      case DELETE_COMPARED -> one("delete file", deleteFile(state));
      case DELETED_LOCALLY -> one("deletedLocally", deletedLocally(state));
    };
  }

  private static List<Move<State>> one(String name, State next) {
    return List.of(new Move<>(name, next));
  }

  private State leftovers(State state) {
    Archived archived = state.archived();
    return archived != null && !archived.deletedLocally()
        ? state.with(new Run(Step.DELETE_LOCAL, new Row(NONE, archived.path()), archived.content()))
        : state.to(Step.CANDIDATES);
  }

  private State candidates(State state) {
    return state.live() == null
        ? state.ends()
        : state.with(new Run(Step.COMPRESS, state.live(), NONE));
  }

  /** A file that is not there is a problem of this report: it stays. */
  private State compress(State state) {
    int content = state.file(state.run().row().path());
    Step next = is(Broken.COMMITS_BEFORE_THE_PUT) ? Step.COMMIT_REPORT : Step.PUT;
    return content == NONE ? state.ends() : state.with(new Run(next, state.run().row(), content));
  }

  /** Only if the key is free. A store may keep other bytes than it was sent, and say nothing. */
  private List<Move<State>> put(State state) {
    int content = state.run().content();
    State done = state.to(afterPut());
    if (state.object() == null) {
      return List.of(
          new Move<>("put", done.with(new Stored(content, false))),
          new Move<>("put, kept wrong", done.with(new Stored(content, true))));
    }
    return one("put", state.object().content() == content ? done : state.to(Step.REPLACE_ORPHAN));
  }

  private Step afterPut() {
    if (is(Broken.COMMITS_BEFORE_THE_PUT)) {
      return Step.DELETE_LOCAL;
    }
    return is(Broken.DOES_NOT_READ_BACK) ? Step.COMMIT_REPORT : Step.READ_BACK;
  }

  private State replaceOrphan(State state) {
    return state.archived() != null ? state.ends() : state.to(Step.DELETE_ORPHAN);
  }

  private State readBack(State state) {
    boolean same =
        state.object() != null && state.object().equals(new Stored(state.run().content(), false));
    Step next =
        is(Broken.DELETES_THE_FILE_BEFORE_THE_COMMIT) ? Step.DELETE_LOCAL : Step.COMMIT_REPORT;
    return same ? state.to(next) : state.ends();
  }

  private State commitReport(State state) {
    Row live = state.live();
    boolean ours =
        is(Broken.COMMITS_WHATEVER_VERSION_THE_ROW_HAS)
            ? live != null
            : Objects.equals(live, state.run().row());
    if (!ours) {
      return state.to(Step.CHANGED);
    }
    boolean deleted = is(Broken.DELETES_THE_FILE_BEFORE_THE_COMMIT);
    Step next = is(Broken.COMMITS_BEFORE_THE_PUT) ? Step.PUT : Step.DELETE_LOCAL;
    State moved =
        state
            .with((Row) null)
            .with(new Archived(live.path(), state.run().content(), deleted))
            .to(next);
    return deleted ? moved.ends() : moved;
  }

  private State changed(State state) {
    boolean nobodyWill = state.archived() == null && state.live() == null;
    boolean deletes =
        is(Broken.DELETES_THE_OBJECT_OF_A_CHANGED_ROW_WITHOUT_ITS_SESSION)
            ? state.archived() == null
            : nobodyWill;
    return deletes ? state.to(Step.DELETE_CHANGED) : state.ends();
  }

  /** The content is compared and the file deleted within microseconds: here, at once. */
  private State deleteLocal(State state) {
    char path = state.run().row().path();
    if (state.file(path) == NONE) {
      return state.to(Step.DELETED_LOCALLY);
    }
    boolean needed =
        !is(Broken.DELETES_THE_FILE_WHOEVER_NEEDS_IT) && path == 'A' && state.neighbour();
    boolean same =
        is(Broken.DELETES_THE_FILE_WHATEVER_IT_HOLDS) || state.file(path) == state.run().content();
    if (needed || !same) {
      return state.ends();
    }
    return is(Broken.COMPARES_FIRST_AND_DELETES_LATER)
        ? state.to(Step.DELETE_COMPARED)
        : deleteFile(state);
  }

  private State deleteFile(State state) {
    Step next =
        is(Broken.DELETES_THE_FILE_BEFORE_THE_COMMIT) ? Step.COMMIT_REPORT : Step.DELETED_LOCALLY;
    return state.withFile(state.run().row().path(), NONE).to(next);
  }

  private State deletedLocally(State state) {
    Archived archived = state.archived();
    return archived == null
        ? state.ends()
        : state.with(new Archived(archived.path(), archived.content(), true)).ends();
  }

  /** A run that was about to delete an object is paused; others take over; then it goes on. */
  private List<Move<State>> withoutSession(State state) {
    List<Move<State>> moves = new ArrayList<>();
    Step step = state.run().next();
    boolean mayGoOn =
        step == Step.DELETE_CHANGED
            || (step == Step.DELETE_ORPHAN && is(Broken.REPLACES_AN_ORPHAN_WITHOUT_ITS_SESSION));
    if (mayGoOn) {
      moves.add(new Move<>("SESSION LOST", state.withLate(true).ends()));
    }
    if (state.late()) {
      moves.add(new Move<>("late delete", state.with((Stored) null).withLate(false)));
    }
    return moves;
  }

  private List<Move<State>> application(State state) {
    List<Move<State>> acts = new ArrayList<>();
    Row live = state.live();
    if (live != null && live.version() < versions) {
      Row newer = new Row(live.version() + 1, live.path());
      acts.add(new Move<>("app: update row", state.with(newer)));
      if (live.path() == 'A') {
        State renamed = state.withFile('B', 1).withNewest(1);
        acts.add(new Move<>("app: let row name B", renamed.with(new Row(live.version() + 1, 'B'))));
      }
    }
    if (live != null && live.path() == 'B' && !state.neighbour()) {
      acts.add(new Move<>("app: delete the former file", state.withFile('A', NONE)));
    }
    if (live != null) {
      acts.add(new Move<>("app: delete report", state.with((Row) null).withNewest(NONE)));
    }
    boolean isAtA = state.newest() == 0 || state.newest() == 2;
    if (isAtA) {
      acts.add(new Move<>("app: write over A", state.withFile('A', 2).withNewest(2)));
      acts.add(new Move<>("app: put back A", state.withFile('A', 0).withNewest(0)));
    }
    if (state.fileA() != NONE) {
      acts.add(new Move<>("app: other report names A", state.withNeighbour(true)));
    }
    acts.add(new Move<>("app: other report goes", state.withNeighbour(false)));
    return acts;
  }

  @Override
  public Optional<String> violation(State state) {
    Archived archived = state.archived();
    if (state.live() != null && archived != null) {
      return Optional.of("the report is in two tiers");
    }
    if (state.neighbour() && state.fileA() == NONE) {
      return Optional.of("the other report's file was deleted");
    }
    if (state.newest() == NONE) {
      return archived == null
          ? Optional.empty()
          : Optional.of("a report that was deleted is archived");
    }
    if (state.live() != null) {
      return state.file(state.live().path()) == state.newest()
          ? Optional.empty()
          : Optional.of("the live report's file is gone");
    }
    if (archived == null) {
      return Optional.of("the report is in no tier");
    }
    if ((archived.path() == 'B') != (archived.content() == 1)) {
      return Optional.of("the object is not of the file that the archived row names");
    }
    boolean whole = new Stored(archived.content(), false).equals(state.object());
    if (!whole) {
      return Optional.of("the archived report's object is not what was archived");
    }
    return archived.content() == state.newest() || state.file(archived.path()) == state.newest()
        ? Optional.empty()
        : Optional.of("what the application wrote last is nowhere");
  }
}
