package dev.archivist.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.model.Explorer.Findings;
import dev.archivist.model.Explorer.Move;
import dev.archivist.model.OffloadModel.Broken;
import dev.archivist.model.OffloadState.Step;
import dev.archivist.testing.TestLength;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** Wherever an offload is cut short, and whatever is done meanwhile, no content is lost. */
@AddLifecycleHook(TestLength.OfProperties.class)
class OffloadModelTest {
  private static final int VERSIONS = 2;
  private static final Findings<OffloadState> FINDINGS =
      Explorer.explore(new OffloadModel(VERSIONS));

  @Example
  void noInterleavingOfStepsCrashesAndActsLosesContent() {
    assertThat(FINDINGS.story()).isEmpty();
    assertThat(FINDINGS.count()).isGreaterThan(1000);
  }

  /** Each step is reached by some way, or the model says nothing about it. */
  @Property
  void everyStepIsTaken(@ForAll Step step) {
    assertThat(FINDINGS.states()).anyMatch(state -> state.run().next() == step);
  }

  @Property
  void everyBrokenGuardIsFound(@ForAll Broken guard) {
    OffloadModel broken = new OffloadModel(VERSIONS - 1, guard);
    Findings<OffloadState> findings = Explorer.explore(broken);
    boolean losesForGood = guard != Broken.DOES_NOT_PUT_BACK_WHAT_A_CRASH_LEFT;

    if (losesForGood) {
      assertThat(findings.story()).as(guard.name()).hasSizeGreaterThan(3);
    } else {
      assertThat(findings.story()).isEmpty();
      assertThat(unfinished(broken, findings)).isNotEmpty();
    }
  }

  /** From wherever a crash leaves it, an undisturbed run brings the report to its end. */
  @Example
  void aRunThatNothingDisturbsFinishesWhateverWasLeft() {
    assertThat(unfinished(new OffloadModel(VERSIONS), FINDINGS)).isEmpty();
  }

  /** A state whose report two undisturbed runs do not bring to its end. */
  private static Optional<OffloadState> unfinished(
      OffloadModel model, Findings<OffloadState> findings) {
    for (OffloadState state : findings.states()) {
      OffloadState left = state.late() == null ? state : afterCrashOfTheLateOne(model, state);
      OffloadState end = undisturbed(model, undisturbed(model, left.crashes()));
      if (!isAtItsEnd(end)) {
        return Optional.of(state);
      }
    }
    return Optional.empty();
  }

  private static boolean isAtItsEnd(OffloadState end) {
    boolean isUnclear = end.left().size() > 1;
    if (end.live() != null) {
      return isUnclear;
    }
    boolean hasReason =
        end.neighbour()
            || (end.archived() != null
                && end.file(end.archived().path()) != end.archived().content());
    return end.archived() == null || end.archived().deletedLocally() || hasReason;
  }

  private static OffloadState afterCrashOfTheLateOne(OffloadModel model, OffloadState state) {
    return model.moves(state).stream()
        .filter(move -> move.name().equals("CRASH of the late one"))
        .map(Move::next)
        .findFirst()
        .orElseThrow();
  }

  private static OffloadState undisturbed(OffloadModel model, OffloadState from) {
    OffloadState state = model.steps(from).get(0).next();
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
    OffloadState state = model.begin();
    for (int choice : choices) {
      List<Move<OffloadState>> moves = model.moves(state);
      state = moves.get(choice % moves.size()).next();
      assertThat(model.violation(state)).isEmpty();
    }
  }
}
