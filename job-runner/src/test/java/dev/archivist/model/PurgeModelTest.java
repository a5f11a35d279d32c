package dev.archivist.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.model.Explorer.Findings;
import dev.archivist.model.Explorer.Move;
import dev.archivist.model.PurgeModel.Broken;
import dev.archivist.model.PurgeModel.State;
import dev.archivist.model.PurgeModel.Step;
import dev.archivist.testing.TestLength;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** Wherever a purge is cut short, and whatever others do meanwhile, no row is lost. */
@AddLifecycleHook(TestLength.OfProperties.class)
class PurgeModelTest {
  private static final Findings<State> FINDINGS = Explorer.explore(new PurgeModel());

  @Example
  void noInterleavingOfStepsCrashesAndActsLosesARow() {
    assertThat(FINDINGS.story()).isEmpty();
    assertThat(FINDINGS.count()).isGreaterThan(1000);
  }

  /** Each step is reached by some way, or the model says nothing about it. */
  @Property
  void everyStepIsTaken(@ForAll Step step) {
    assertThat(FINDINGS.states()).anyMatch(state -> state.next() == step);
  }

  @Property
  void everyBrokenGuardIsFound(@ForAll Broken guard) {
    List<String> story = Explorer.explore(new PurgeModel(guard)).story();

    assertThat(story).as(guard.name()).hasSizeGreaterThan(3);
  }

  /** From wherever a crash leaves it, a run and two purges bring every sound row to its end. */
  @Example
  void jobsThatNothingDisturbsFinishWhateverWasLeft() {
    PurgeModel model = new PurgeModel();
    for (State state : FINDINGS.states()) {
      State quiet = state.to(Step.IDLE).others(false, 0, true);
      State end = undisturbed(model, undisturbed(model, undisturbed(model, quiet, 1), 0), 0);

      boolean damaged =
          (Math.max(end.attached(), 0) & PurgeModel.DAMAGE) != 0
              || (end.leaving() != null && (end.leaving().rows() & PurgeModel.DAMAGE) != 0)
              || end.bin().stream().anyMatch(entry -> entry.rows() != entry.recorded());
      assertThat(end.live()).as("from %s to %s", state, end).isZero();
      assertThat(damaged || end.dropped() == end.arrived())
          .as("from %s to %s", state, end)
          .isTrue();
    }
  }

  /**
   * @param job which of those that may begin
   */
  private static State undisturbed(PurgeModel model, State from, int job) {
    State state = model.steps(from).get(job).next();
    while (state.next() != Step.IDLE) {
      state = model.steps(state).get(0).next();
    }
    return state;
  }

  @Property(tries = 2000)
  void longRandomWalksLoseNothing(
      @ForAll @Size(min = 100, max = 600) List<@IntRange(max = 1000) Integer> choices) {
    PurgeModel model = new PurgeModel();
    State state = model.begin();
    for (int choice : choices) {
      List<Move<State>> moves = model.moves(state);
      state = moves.get(choice % moves.size()).next();
      assertThat(model.violation(state)).isEmpty();
    }
  }
}
