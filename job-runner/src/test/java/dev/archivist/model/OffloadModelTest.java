package dev.archivist.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.model.Explorer.Findings;
import dev.archivist.model.Explorer.Move;
import dev.archivist.model.OffloadModel.Broken;
import dev.archivist.model.OffloadModel.State;
import dev.archivist.model.OffloadModel.Step;
import dev.archivist.testing.TestLength;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** Wherever an offload is cut short, and whatever is done meanwhile, no content is lost. */
@AddLifecycleHook(TestLength.OfProperties.class)
class OffloadModelTest {
  private static final int VERSIONS = 3;
  private static final Findings<State> FINDINGS = Explorer.explore(new OffloadModel(VERSIONS));

  @Example
  void noInterleavingOfStepsCrashesAndActsLosesContent() {
    assertThat(FINDINGS.story()).isEmpty();
    assertThat(FINDINGS.count()).isGreaterThan(1000);
  }

  /** Each step is reached by some way, or the model says nothing about it. */
  @Property
  void everyStepIsTaken(@ForAll Step step) {
    if (step != Step.DELETE_COMPARED) {
      assertThat(FINDINGS.states()).anyMatch(state -> state.run().next() == step);
    }
  }

  @Property
  void everyBrokenGuardIsFound(@ForAll Broken guard) {
    List<String> story = Explorer.explore(new OffloadModel(VERSIONS, guard)).story();

    assertThat(story).as(guard.name()).hasSizeGreaterThan(3);
  }

  /** From wherever a crash leaves it, an undisturbed run brings the report to its end. */
  @Example
  void aRunThatNothingDisturbsFinishesWhateverWasLeft() {
    OffloadModel model = new OffloadModel(VERSIONS);
    for (State state : FINDINGS.states()) {
      State end = undisturbed(model, undisturbed(model, state.ends()));

      boolean keptWrong = end.object() != null && end.object().damaged();
      assertThat(end.live() == null || keptWrong).as("from %s to %s", state, end).isTrue();
      if (end.archived() != null) {
        boolean hasReason =
            end.neighbour() || end.file(end.archived().path()) != end.archived().content();
        assertThat(end.archived().deletedLocally() || hasReason).as("%s", end).isTrue();
      }
    }
  }

  private static State undisturbed(OffloadModel model, State from) {
    State state = model.steps(from).get(0).next();
    while (state.run().next() != Step.IDLE) {
      state = model.steps(state).get(0).next();
    }
    return state;
  }

  /** Longer than what can be explored: many versions of the row, hundreds of steps. */
  @Property(tries = 2000)
  void longRandomWalksLoseNothing(
      @ForAll @Size(min = 100, max = 600) List<@IntRange(max = 1000) Integer> choices) {
    OffloadModel model = new OffloadModel(200);
    State state = model.begin();
    for (int choice : choices) {
      List<Move<State>> moves = model.moves(state);
      state = moves.get(choice % moves.size()).next();
      assertThat(model.violation(state)).isEmpty();
    }
  }
}
