package dev.archivist.model;

import dev.archivist.model.Explorer.Model;
import dev.archivist.model.Explorer.Move;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One month past its retention on its way to the bin, out of it, or back: the steps of {@code
 * PurgeRun}, {@code Purge} and {@code Bin}, in their order and by their names, a crash after any of
 * them, and what others do meanwhile. The two belong together: who changes a step there changes it
 * here. Steps of one transaction are one step.
 *
 * <p>Sets of rows are numbers, a bit a row: 1 was archived before, 2 and 4 come late; {@link
 * #DAMAGE} marks a table that someone has changed.
 */
final class PurgeModel implements Model<PurgeModel.State> {
  static final int DAMAGE = 8;
  private static final int NO_TABLE = -1;

  /** Ways to break it; the explorer must find out about each. */
  enum Broken {
    DETACHES_BEFORE_IT_RECORDS,
    TAKES_THE_LEDGERS_ENTRY_IN_THE_END,
    GOES_ON_WITH_A_MONTH_THAT_IS_STILL_ATTACHED,
    LETS_POSTGRESQL_FINISH_THE_DETACHMENT,
    FINISHES_A_DETACHMENT_THAT_SOMEONE_STILL_SEES,
    DROPS_WITHOUT_COMPARING,
    DROPS_WHAT_IS_HELD,
    RECORDS_WHAT_IS_HELD,
    RESTORES_WITHOUT_THE_LEDGER
  }

  /** Where the job of the policy stands: what comes next. */
  enum Step {
    IDLE,
    UNFINISHED,
    VERIFY,
    RECORD,
    BEGIN_DETACH,
    FINISH_DETACH,
    BIN,
    EMPTY,
    RUN_BATCH,
    RESTORE
  }

  /** Where a table is on its way out; as {@code BinEntry.Place}. */
  enum Place {
    ATTACHED,
    PENDING,
    DETACHED,
    BIN
  }

  /**
   * An entry {@code detaching}.
   *
   * @param recorded what the ledger said
   * @param rows its table's; while it is attached, none: they are the archive's
   */
  record Leaving(int recorded, Place place, int rows) {}

  /** An entry {@code binned}. */
  record Binned(int recorded, int rows) {}

  /**
   * @param live rows that came late
   * @param attached rows of the month's partition, or that there is none
   * @param stranded rows of tables that nobody knows of
   * @param dropped rows that are gone
   * @param arrived rows that ever were
   * @param seen what a transaction saw in the archive when it looked first; 0 if there is none
   * @param wrong what a step did that it must not
   */
  record State(
      int live,
      int attached,
      int ledger,
      Leaving leaving,
      List<Binned> bin,
      int stranded,
      int dropped,
      int arrived,
      boolean held,
      int seen,
      boolean damagedOnce,
      String wrong,
      Step next) {

    State to(Step step) {
      return new State(
          live,
          attached,
          ledger,
          leaving,
          bin,
          stranded,
          dropped,
          arrived,
          held,
          seen,
          damagedOnce,
          wrong,
          step);
    }

    State archive(int table, int entry) {
      return new State(
          live,
          table,
          entry,
          leaving,
          bin,
          stranded,
          dropped,
          arrived,
          held,
          seen,
          damagedOnce,
          wrong,
          next);
    }

    State leaving(Leaving entry) {
      return new State(
          live,
          attached,
          ledger,
          entry,
          bin,
          stranded,
          dropped,
          arrived,
          held,
          seen,
          damagedOnce,
          wrong,
          next);
    }

    State bin(List<Binned> entries) {
      return new State(
          live,
          attached,
          ledger,
          leaving,
          List.copyOf(entries),
          stranded,
          dropped,
          arrived,
          held,
          seen,
          damagedOnce,
          wrong,
          next);
    }

    State live(int rows, int ever) {
      return new State(
          rows,
          attached,
          ledger,
          leaving,
          bin,
          stranded,
          dropped,
          ever,
          held,
          seen,
          damagedOnce,
          wrong,
          next);
    }

    State others(boolean hold, int look, boolean damaged) {
      return new State(
          live, attached, ledger, leaving, bin, stranded, dropped, arrived, hold, look, damaged,
          wrong, next);
    }

    State gone(int lost, int rows, String fault) {
      return new State(
          live,
          attached,
          ledger,
          leaving,
          bin,
          lost,
          rows,
          arrived,
          held,
          seen,
          damagedOnce,
          fault,
          next);
    }

    boolean isSeen() {
      return leaving != null && (seen & leaving.rows() & ~DAMAGE) != 0;
    }
  }

  private final Set<Broken> broken;

  PurgeModel(Broken... broken) {
    this.broken = EnumSet.noneOf(Broken.class);
    this.broken.addAll(List.of(broken));
  }

  @Override
  public State begin() {
    return new State(0, 1, 1, null, List.of(), 0, 0, 1, false, 0, false, "", Step.IDLE);
  }

  @Override
  public List<Move<State>> moves(State state) {
    List<Move<State>> moves = new ArrayList<>(steps(state));
    if (state.next() != Step.IDLE) {
      moves.add(new Move<>("crash", state.to(Step.IDLE)));
    }
    moves.addAll(acts(state));
    return moves;
  }

  /** What others do. */
  private static List<Move<State>> acts(State state) {
    List<Move<State>> acts = new ArrayList<>();
    if (state.arrived() < 7) {
      int row = (state.arrived() + 1) & ~state.arrived();
      acts.add(
          new Move<>("a row comes late", state.live(state.live() | row, state.arrived() | row)));
    }
    boolean damaged = state.damagedOnce();
    acts.add(
        new Move<>(
            state.held() ? "release_hold" : "hold",
            state.others(!state.held(), state.seen(), damaged)));
    if (state.seen() == 0 && state.attached() > 0) {
      acts.add(
          new Move<>(
              "a transaction looks",
              state.others(state.held(), state.attached() & ~DAMAGE, damaged)));
    } else if (state.seen() != 0) {
      acts.add(new Move<>("that transaction ends", state.others(state.held(), 0, damaged)));
    }
    if (!damaged) {
      State after = state.others(state.held(), state.seen(), true);
      if (state.attached() > 0) {
        acts.add(new Move<>("damage", after.archive(state.attached() | DAMAGE, state.ledger())));
      }
      if (state.leaving() != null && state.leaving().place() != Place.ATTACHED) {
        Leaving entry = state.leaving();
        acts.add(
            new Move<>(
                "damage on the way",
                after.leaving(
                    new Leaving(entry.recorded(), entry.place(), entry.rows() | DAMAGE))));
      }
      if (!state.bin().isEmpty()) {
        List<Binned> bin = new ArrayList<>(state.bin());
        bin.set(0, new Binned(bin.get(0).recorded(), bin.get(0).rows() | DAMAGE));
        acts.add(new Move<>("damage in the bin", after.bin(bin)));
      }
    }
    return acts;
  }

  /** What the job that holds the policy does next; the first is what it does undisturbed. */
  List<Move<State>> steps(State state) {
    return switch (state.next()) {
      case IDLE ->
          List.of(
              new Move<>("begin purge", keepAttached(state).to(Step.UNFINISHED)),
              new Move<>("begin run", keepAttached(state).to(Step.RUN_BATCH)),
              new Move<>("begin restore", keepAttached(state).to(Step.RESTORE)));
      case UNFINISHED -> List.of(new Move<>("unfinished", unfinished(state)));
      case VERIFY -> List.of(new Move<>("verify", verify(state)));
      case RECORD -> List.of(new Move<>("record", record(state)));
      case BEGIN_DETACH ->
          List.of(
              new Move<>("beginDetach", beginDetach(state)),
              new Move<>("beginDetach is busy", attachedAgain(state).to(Step.EMPTY)));
      case FINISH_DETACH -> List.of(new Move<>("finishDetach", finishDetach(state)));
      case BIN -> List.of(new Move<>("bin", bin(state)));
      case EMPTY ->
          List.of(new Move<>("drop", drop(state)), new Move<>("finish", state.to(Step.IDLE)));
      case RUN_BATCH -> List.of(new Move<>("runBatch", runBatch(state).to(Step.IDLE)));
      case RESTORE -> List.of(new Move<>("restore", restore(state).to(Step.IDLE)));
    };
  }

  private State unfinished(State state) {
    Leaving entry = state.leaving();
    if (entry == null) {
      return state.to(Step.VERIFY);
    }
    return switch (entry.place()) {
      case ATTACHED -> state.to(Step.BEGIN_DETACH);
      case PENDING -> state.to(Step.FINISH_DETACH);
      case DETACHED, BIN -> state.to(Step.BIN);
    };
  }

  /** Every job begins so. */
  private State keepAttached(State state) {
    boolean attached = state.leaving() != null && state.leaving().place() == Place.ATTACHED;
    return attached && !broken.contains(Broken.GOES_ON_WITH_A_MONTH_THAT_IS_STILL_ATTACHED)
        ? attachedAgain(state)
        : state;
  }

  private static State attachedAgain(State state) {
    Leaving entry = state.leaving();
    return entry == null
        ? state
        : state.archive(state.attached(), state.ledger() | entry.recorded()).leaving(null);
  }

  private State verify(State state) {
    boolean due = state.attached() != NO_TABLE && !state.held();
    return state.to(due && state.attached() == state.ledger() ? Step.RECORD : Step.EMPTY);
  }

  private State record(State state) {
    if (state.held() && !broken.contains(Broken.RECORDS_WHAT_IS_HELD)) {
      return state.to(Step.EMPTY);
    }
    State recorded = state.held() ? state.gone(state.stranded(), state.dropped(), "held") : state;
    if (broken.contains(Broken.DETACHES_BEFORE_IT_RECORDS)) {
      return recorded.to(Step.BEGIN_DETACH);
    }
    int ledger = broken.contains(Broken.TAKES_THE_LEDGERS_ENTRY_IN_THE_END) ? state.ledger() : 0;
    return recorded
        .leaving(new Leaving(state.ledger(), Place.ATTACHED, 0))
        .archive(state.attached(), ledger)
        .to(Step.BEGIN_DETACH);
  }

  private State beginDetach(State state) {
    if (state.leaving() == null) {
      return state
          .gone(state.stranded() | state.attached(), state.dropped(), state.wrong())
          .archive(NO_TABLE, state.ledger())
          .to(Step.IDLE);
    }
    Place place =
        broken.contains(Broken.LETS_POSTGRESQL_FINISH_THE_DETACHMENT)
            ? Place.DETACHED
            : Place.PENDING;
    return state
        .leaving(new Leaving(state.leaving().recorded(), place, state.attached()))
        .archive(NO_TABLE, state.ledger())
        .to(place == Place.PENDING ? Step.FINISH_DETACH : Step.BIN);
  }

  private State finishDetach(State state) {
    if (state.isSeen() && !broken.contains(Broken.FINISHES_A_DETACHMENT_THAT_SOMEONE_STILL_SEES)) {
      return state.to(Step.IDLE);
    }
    return at(state, Place.DETACHED).to(Step.BIN);
  }

  private static State at(State state, Place place) {
    Leaving entry = state.leaving();
    return state.leaving(new Leaving(entry.recorded(), place, entry.rows()));
  }

  private State bin(State state) {
    Leaving entry = state.leaving();
    if (entry.rows() != entry.recorded()) {
      return state.to(Step.EMPTY);
    }
    List<Binned> bin = new ArrayList<>(state.bin());
    bin.add(new Binned(entry.recorded(), entry.rows()));
    State binned = state.bin(bin).leaving(null).to(Step.EMPTY);
    return broken.contains(Broken.TAKES_THE_LEDGERS_ENTRY_IN_THE_END)
        ? binned.archive(state.attached(), 0)
        : binned;
  }

  /** Time is not modelled: what is in the bin may be past its grace at any moment. */
  private State drop(State state) {
    for (Binned entry : state.bin()) {
      boolean unchanged =
          entry.rows() == entry.recorded() || broken.contains(Broken.DROPS_WITHOUT_COMPARING);
      boolean free = !state.held() || broken.contains(Broken.DROPS_WHAT_IS_HELD);
      if (unchanged && free) {
        List<Binned> rest = new ArrayList<>(state.bin());
        rest.remove(entry);
        String wrong = state.held() ? "held" : "";
        return state
            .bin(rest)
            .gone(state.stranded(), state.dropped() | entry.rows(), state.wrong() + wrong);
      }
    }
    return state.to(Step.IDLE);
  }

  /** One transaction: the month's partition is made, what is in its way goes to the bin first. */
  private static State runBatch(State state) {
    if (state.live() == 0) {
      return state;
    }
    State cleared = state;
    if (state.attached() == NO_TABLE && state.leaving() != null) {
      if (state.leaving().place() == Place.PENDING && state.isSeen()) {
        return state;
      }
      cleared = at(state, Place.BIN);
    }
    int table = state.attached() == NO_TABLE ? 0 : state.attached();
    return cleared
        .archive(table | state.live(), state.ledger() | state.live())
        .live(0, state.arrived());
  }

  private State restore(State state) {
    boolean nameIsTaken =
        state.leaving() != null
            && (state.leaving().place() == Place.PENDING
                || state.leaving().place() == Place.DETACHED);
    if (state.bin().isEmpty() || nameIsTaken) {
      return state;
    }
    Binned entry = state.bin().get(0);
    if (entry.rows() != entry.recorded()) {
      return state;
    }
    int table = state.attached() == NO_TABLE ? 0 : state.attached();
    int ledger =
        broken.contains(Broken.RESTORES_WITHOUT_THE_LEDGER)
            ? state.ledger()
            : state.ledger() | entry.recorded();
    return state
        .bin(state.bin().subList(1, state.bin().size()))
        .archive(table | entry.rows(), ledger)
        .others(true, state.seen(), state.damagedOnce());
  }

  @Override
  public Optional<String> violation(State state) {
    List<Integer> places = new ArrayList<>(List.of(state.live(), state.dropped()));
    places.add(Math.max(state.attached(), 0));
    if (state.leaving() != null) {
      places.add(state.leaving().rows());
    }
    state.bin().forEach(entry -> places.add(entry.rows()));
    int all = 0;
    for (int place : places) {
      if ((all & place & ~DAMAGE) != 0) {
        return Optional.of("a row is in two places");
      }
      all |= place & ~DAMAGE;
    }
    if (all != state.arrived()) {
      return Optional.of("a row is nowhere, or where nobody looks");
    }
    if ((state.dropped() & DAMAGE) != 0) {
      return Optional.of("something was dropped that is not what left the archive");
    }
    if (!state.wrong().isEmpty()) {
      return Optional.of("what is held went on");
    }
    return ledgerAndReaders(state);
  }

  private static Optional<String> ledgerAndReaders(State state) {
    boolean attachedStill = state.leaving() != null && state.leaving().place() == Place.ATTACHED;
    int entry = state.ledger() | (attachedStill ? state.leaving().recorded() : 0);
    if (entry != (Math.max(state.attached(), 0) & ~DAMAGE)) {
      return Optional.of("the ledger is not what the archive has");
    }
    boolean pending = state.leaving() != null && state.leaving().place() == Place.PENDING;
    int visible = Math.max(state.attached(), 0) | (pending ? state.leaving().rows() : 0);
    return (state.seen() & ~visible) == 0
        ? Optional.empty()
        : Optional.of("a transaction does not see any more what it saw");
  }
}
