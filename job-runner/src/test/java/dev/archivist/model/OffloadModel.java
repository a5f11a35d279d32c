package dev.archivist.model;

import dev.archivist.model.Explorer.Model;
import dev.archivist.model.Explorer.Move;
import dev.archivist.model.OffloadState.Archived;
import dev.archivist.model.OffloadState.Renamed;
import dev.archivist.model.OffloadState.Row;
import dev.archivist.model.OffloadState.Run;
import dev.archivist.model.OffloadState.Step;
import dev.archivist.model.OffloadState.Stored;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
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
 * back at A, let another report name A, or delete the report. Somebody may restore it, and its
 * object is deleted then. A run may be stopped at any step that deletes, lose its session, and go
 * on later; and the store may be told of a deletion twice, the second time whenever it likes.
 */
final class OffloadModel implements Model<OffloadState> {
  /** Ways to break it; the explorer must find out about each. */
  enum Broken {
    DELETES_THE_FILE_BEFORE_THE_COMMIT,
    COMMITS_BEFORE_THE_PUT,
    DOES_NOT_READ_BACK,
    COMMITS_WHATEVER_VERSION_THE_ROW_HAS,
    DELETES_THE_FILE_WHATEVER_IT_HOLDS,
    DELETES_THE_FILE_WHOEVER_NEEDS_IT,
    COMPARES_FIRST_AND_DELETES_BY_NAME,
    DOES_NOT_CHECK_WHAT_IT_RENAMED,
    DOES_NOT_PUT_BACK_WHAT_A_CRASH_LEFT,
    USES_A_KEY_AGAIN
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
  public OffloadState begin() {
    List<Stored> empty = Collections.unmodifiableList(Arrays.asList(new Stored[OffloadState.KEYS]));
    return new OffloadState(
        new Row(0, 'A'),
        0,
        OffloadState.NONE,
        empty,
        null,
        0,
        false,
        Set.of(),
        OffloadState.NONE,
        null,
        Run.IDLE);
  }

  @Override
  public List<Move<OffloadState>> moves(OffloadState state) {
    List<Move<OffloadState>> moves = new ArrayList<>(steps(state));
    if (state.run().next() != Step.IDLE) {
      moves.add(new Move<>("CRASH", state.crashes()));
    }
    moves.addAll(withoutSession(state));
    moves.addAll(application(state));
    moves.addAll(restore(state));
    moves.addAll(deletions(state));
    return is(Broken.USES_A_KEY_AGAIN)
        ? moves
        : moves.stream()
            .map(move -> new Move<>(move.name(), move.next().withKeysInOrder()))
            .toList();
  }

  /** What the run may do next; a store may do its part in more than one way. */
  List<Move<OffloadState>> steps(OffloadState state) {
    Step step = state.run().next();
    return switch (step) {
      case IDLE -> one("begin", state.to(Step.LEFTOVERS));
      case LEFTOVERS -> one("leftovers", leftovers(state));
      case CANDIDATES -> one("candidates", candidates(state));
      case COMPRESS -> one("compress", compress(state));
      case PUT -> put(state);
      case READ_BACK -> one("readBack", readBack(state));
      case COMMIT_REPORT -> one("commitReport", commitReport(state));
      case DELETE_CHANGED -> one("changed", discarded(state));
      case COMPARE -> one("compare", compare(state));
      case RENAME -> one("rename", rename(state));
      case CHECK -> one("check", check(state));
      case PUT_BACK -> one("put back", putBack(state).ends());
      case DELETE_RENAMED -> one("delete renamed", state.with(afterDeletion(state.run())));
      case DELETED_LOCALLY -> one("deletedLocally", deletedLocally(state));
    };
  }

  private static List<Move<OffloadState>> one(String name, OffloadState next) {
    return List.of(new Move<>(name, next));
  }

  /** Files that a crash left renamed come back first, if their own report is live. */
  private OffloadState leftovers(OffloadState found) {
    OffloadState state = putBackWhatIsMissed(found);
    Archived archived = state.archived();
    return archived != null && !archived.deletedLocally()
        ? state.with(
            new Run(
                Step.COMPARE,
                new Row(OffloadState.NONE, archived.path()),
                archived.content(),
                archived.key(),
                null))
        : state.to(Step.CANDIDATES);
  }

  /** Which of several it was nobody can tell. */
  private OffloadState putBackWhatIsMissed(OffloadState state) {
    OffloadState result = state;
    for (char path : new char[] {'A', 'B'}) {
      List<Renamed> files = state.left().stream().filter(file -> file.path() == path).toList();
      boolean missed =
          state.file(path) == OffloadState.NONE
              && state.live() != null
              && state.live().path() == path;
      if (missed && files.size() == 1 && !is(Broken.DOES_NOT_PUT_BACK_WHAT_A_CRASH_LEFT)) {
        result = result.withFile(path, files.get(0).content()).without(files.get(0));
      }
    }
    return result;
  }

  private OffloadState candidates(OffloadState state) {
    return state.live() == null
        ? state.ends()
        : state.with(new Run(Step.COMPRESS, state.live(), OffloadState.NONE));
  }

  /** A file that is not there is a problem of this report: it stays. */
  private OffloadState compress(OffloadState state) {
    int content = state.file(state.run().row().path());
    Step next = is(Broken.COMMITS_BEFORE_THE_PUT) ? Step.COMMIT_REPORT : Step.PUT;
    return content == OffloadState.NONE
        ? state.ends()
        : state.with(new Run(next, state.run().row(), content).under(key(state)));
  }

  /** One that nobody knows, and no deletion is on its way to, is as good as new. */
  private int key(OffloadState state) {
    int key = 0;
    while (!is(Broken.USES_A_KEY_AGAIN) && state.isKnown(key)) {
      key++;
    }
    return key;
  }

  /** Only if the key is free. A store may keep other bytes than it was sent, and say nothing. */
  private List<Move<OffloadState>> put(OffloadState state) {
    int key = state.run().key();
    int content = state.run().content();
    OffloadState done = state.to(afterPut());
    if (is(Broken.USES_A_KEY_AGAIN) && state.object(key) != null) {
      return one("put", state.object(key).content() == content ? done : state.ends());
    }
    return List.of(
        new Move<>("put", done.with(key, new Stored(content, false))),
        new Move<>("put, kept wrong", done.with(key, new Stored(content, true))));
  }

  private Step afterPut() {
    if (is(Broken.COMMITS_BEFORE_THE_PUT)) {
      return Step.COMPARE;
    }
    return is(Broken.DOES_NOT_READ_BACK) ? Step.COMMIT_REPORT : Step.READ_BACK;
  }

  private OffloadState readBack(OffloadState state) {
    boolean same = new Stored(state.run().content(), false).equals(state.object(state.run().key()));
    Step next = is(Broken.DELETES_THE_FILE_BEFORE_THE_COMMIT) ? Step.COMPARE : Step.COMMIT_REPORT;
    return state.to(same ? next : Step.DELETE_CHANGED);
  }

  private OffloadState commitReport(OffloadState state) {
    Row live = state.live();
    boolean ours =
        is(Broken.COMMITS_WHATEVER_VERSION_THE_ROW_HAS)
            ? live != null
            : Objects.equals(live, state.run().row());
    if (!ours) {
      return state.to(Step.DELETE_CHANGED);
    }
    boolean deleted = is(Broken.DELETES_THE_FILE_BEFORE_THE_COMMIT);
    Step next = is(Broken.COMMITS_BEFORE_THE_PUT) ? Step.PUT : Step.COMPARE;
    OffloadState moved =
        state
            .with((Row) null)
            .with(new Archived(live.path(), state.run().content(), state.run().key(), deleted))
            .to(next);
    return deleted ? moved.ends() : moved;
  }

  private static OffloadState discarded(OffloadState state) {
    return state.with(state.run().key(), null).ends();
  }

  /** Where nothing is, a crash may have left the file renamed. */
  private OffloadState compare(OffloadState state) {
    char path = state.run().row().path();
    if (state.file(path) == OffloadState.NONE) {
      return mayBeTheNeighbours(state, path)
          ? state.ends()
          : state.without(new Renamed(path, state.run().content())).to(Step.DELETED_LOCALLY);
    }
    boolean needed =
        !is(Broken.DELETES_THE_FILE_WHOEVER_NEEDS_IT) && path == 'A' && state.neighbour();
    boolean same =
        is(Broken.DELETES_THE_FILE_WHATEVER_IT_HOLDS) || state.file(path) == state.run().content();
    return needed || !same ? state.ends() : state.to(Step.RENAME);
  }

  /** While another report names the place, nobody can tell whose file a crash left. */
  private static boolean mayBeTheNeighbours(OffloadState state, char path) {
    return path == 'A'
        && state.neighbour()
        && state.left().stream().anyMatch(file -> file.path() == path);
  }

  /** Whatever is there now. */
  private OffloadState rename(OffloadState state) {
    char path = state.run().row().path();
    int content = state.file(path);
    if (content == OffloadState.NONE) {
      return state.to(Step.DELETED_LOCALLY);
    }
    OffloadState gone = state.withFile(path, OffloadState.NONE);
    return is(Broken.COMPARES_FIRST_AND_DELETES_BY_NAME)
        ? gone.with(afterDeletion(gone.run()))
        : gone.with(gone.run().has(new Renamed(path, content)).to(Step.CHECK));
  }

  private OffloadState check(OffloadState state) {
    Run run = state.run();
    Archived archived = state.archived();
    boolean isArchived =
        is(Broken.DELETES_THE_FILE_BEFORE_THE_COMMIT)
            || is(Broken.COMMITS_BEFORE_THE_PUT)
            || (state.live() == null && archived != null && archived.key() == run.key());
    boolean needed =
        !is(Broken.DELETES_THE_FILE_WHOEVER_NEEDS_IT)
            && run.renamed().path() == 'A'
            && state.neighbour();
    boolean same =
        is(Broken.DELETES_THE_FILE_WHATEVER_IT_HOLDS) || run.renamed().content() == run.content();
    boolean mayGo = is(Broken.DOES_NOT_CHECK_WHAT_IT_RENAMED) || (isArchived && same && !needed);
    return state.to(mayGo ? Step.DELETE_RENAMED : Step.PUT_BACK);
  }

  /** Another file that came to the place stays, and so does this one; of two copies, one. */
  private static OffloadState putBack(OffloadState state) {
    Run run = state.run();
    Renamed renamed = run.renamed();
    int there = state.file(renamed.path());
    if (there == OffloadState.NONE) {
      return state.withFile(renamed.path(), renamed.content());
    }
    boolean copy = there == renamed.content() && renamed.content() == run.content();
    return copy ? state : state.leaves(renamed);
  }

  private Run afterDeletion(Run run) {
    return run.has(null)
        .to(
            is(Broken.DELETES_THE_FILE_BEFORE_THE_COMMIT)
                ? Step.COMMIT_REPORT
                : Step.DELETED_LOCALLY);
  }

  private OffloadState deletedLocally(OffloadState state) {
    Archived archived = state.archived();
    return archived == null
        ? state.ends()
        : state
            .with(new Archived(archived.path(), archived.content(), archived.key(), true))
            .ends();
  }

  private static final Set<Step> MAY_SLEEP =
      EnumSet.of(Step.DELETE_CHANGED, Step.RENAME, Step.CHECK, Step.PUT_BACK, Step.DELETE_RENAMED);

  /** A run is stopped before a step; others take over; then it goes on. */
  private List<Move<OffloadState>> withoutSession(OffloadState state) {
    List<Move<OffloadState>> moves = new ArrayList<>();
    if (state.late() == null && MAY_SLEEP.contains(state.run().next())) {
      moves.add(new Move<>("SESSION LOST", state.withLate(state.run()).ends()));
    }
    if (state.late() != null) {
      OffloadState woken = state.with(state.late());
      moves.add(new Move<>("late " + state.late().next(), late(state, woken)));
      moves.add(
          new Move<>("CRASH of the late one", woken.crashes().with(state.run()).withLate(null)));
    }
    return moves;
  }

  /** What it asks the database fails: then it puts back what it has. */
  private OffloadState late(OffloadState state, OffloadState woken) {
    Run late = state.late();
    OffloadState next =
        switch (late.next()) {
          case DELETE_CHANGED -> discarded(woken);
          case RENAME -> rename(woken);
          case CHECK ->
              is(Broken.DOES_NOT_CHECK_WHAT_IT_RENAMED)
                  ? woken.to(Step.DELETE_RENAMED)
                  : woken.to(Step.PUT_BACK);
          case PUT_BACK -> putBack(woken).ends();
          case DELETE_RENAMED -> woken.ends();
          default -> throw new IllegalStateException(late.toString());
        };
    boolean goesOn = MAY_SLEEP.contains(next.run().next());
    return next.withLate(goesOn ? next.run() : null).with(state.run());
  }

  /** The file is taken for what it is if it is there; the object waits in the bin. */
  private static List<Move<OffloadState>> restore(OffloadState state) {
    Archived archived = state.archived();
    if (archived == null || state.live() != null || state.run().next() != Step.IDLE) {
      return List.of();
    }
    int there = state.file(archived.path());
    boolean mayCome = there == OffloadState.NONE || there == archived.content();
    if (!mayCome || state.newest() != archived.content()) {
      return List.of();
    }
    OffloadState back =
        state
            .withFile(archived.path(), archived.content())
            .with((Archived) null)
            .with(archived.key(), null)
            .withGoing(archived.key())
            .with(new Row(OffloadState.LAST_VERSION, archived.path()));
    return one("restore", back);
  }

  /** The request was under way for long, or is repeated. */
  private static List<Move<OffloadState>> deletions(OffloadState state) {
    return state.going() == OffloadState.NONE
        ? List.of()
        : one(
            "the deletion arrives again",
            state.with(state.going(), null).withGoing(OffloadState.NONE));
  }

  private List<Move<OffloadState>> application(OffloadState state) {
    List<Move<OffloadState>> acts = new ArrayList<>();
    Row live = state.live();
    if (live != null && live.version() < versions) {
      Row newer = new Row(live.version() + 1, live.path());
      acts.add(new Move<>("app: update row", state.with(newer)));
      if (live.path() == 'A') {
        OffloadState renamed = state.withFile('B', 1).withNewest(1);
        acts.add(new Move<>("app: let row name B", renamed.with(new Row(live.version() + 1, 'B'))));
      }
    }
    if (live != null && live.path() == 'B' && !state.neighbour()) {
      acts.add(new Move<>("app: delete the former file", state.withFile('A', OffloadState.NONE)));
    }
    if (live != null) {
      acts.add(
          new Move<>("app: delete report", state.with((Row) null).withNewest(OffloadState.NONE)));
    }
    boolean isAtA = state.newest() == 0 || state.newest() == 2;
    if (isAtA) {
      acts.add(new Move<>("app: write over A", state.withFile('A', 2).withNewest(2)));
      acts.add(new Move<>("app: put back A", state.withFile('A', 0).withNewest(0)));
    }
    boolean isOnItsWay = state.run().next() == Step.CHECK && state.run().renamed().path() == 'A';
    if (state.fileA() != OffloadState.NONE || isOnItsWay) {
      acts.add(new Move<>("app: other report names A", state.withNeighbour(true)));
    }
    acts.add(new Move<>("app: other report goes", state.withNeighbour(false)));
    return acts;
  }

  @Override
  public Optional<String> violation(OffloadState state) {
    Archived archived = state.archived();
    if (state.live() != null && archived != null) {
      return Optional.of("the report is in two tiers");
    }
    if (state.neighbour() && !isThere(state, 'A', state.fileA())) {
      return Optional.of("the other report's file was deleted");
    }
    if (state.newest() == OffloadState.NONE) {
      return archived == null
          ? Optional.empty()
          : Optional.of("a report that was deleted is archived");
    }
    if (state.live() != null) {
      char path = state.live().path();
      return state.file(path) == state.newest() || isOnItsWay(state, path, state.newest())
          ? Optional.empty()
          : Optional.of("the live report's file is gone");
    }
    if (archived == null) {
      return Optional.of("the report is in no tier");
    }
    if ((archived.path() == 'B') != (archived.content() == 1)) {
      return Optional.of("the object is not of the file that the archived row names");
    }
    boolean whole = new Stored(archived.content(), false).equals(state.object(archived.key()));
    if (!whole) {
      return Optional.of("the archived report's object is not what was archived");
    }
    return archived.content() == state.newest()
            || state.file(archived.path()) == state.newest()
            || isOnItsWay(state, archived.path(), state.newest())
        ? Optional.empty()
        : Optional.of("what the application wrote last is nowhere");
  }

  private static boolean isThere(OffloadState state, char path, int content) {
    return content != OffloadState.NONE
        || isOnItsWay(state, path, 0)
        || isOnItsWay(state, path, 1)
        || isOnItsWay(state, path, 2);
  }

  /** Renamed by somebody who has yet to check, or to put it back, or left by a crash. */
  private static boolean isOnItsWay(OffloadState state, char path, int content) {
    Renamed file = new Renamed(path, content);
    return state.left().contains(file)
        || (file.equals(state.run().renamed()) && state.run().next() != Step.DELETE_RENAMED)
        || (state.late() != null
            && file.equals(state.late().renamed())
            && state.late().next() != Step.DELETE_RENAMED);
  }
}
