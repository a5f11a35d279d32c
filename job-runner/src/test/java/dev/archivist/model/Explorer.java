package dev.archivist.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

/**
 * Visits every state that a model can reach, breadth first, so that the first violation it finds
 * has the shortest story.
 *
 * @param <S> a state; equal states are the same state
 */
final class Explorer<S> {
  /** No model here comes near it; a model whose states grow without end is a mistake. */
  private static final int MOST_STATES = 5_000_000;

  private final Model<S> model;
  private final Map<S, Reached<S>> reached = new HashMap<>();
  private final Queue<S> waiting = new ArrayDeque<>();

  /** What may happen, and what must never be. */
  interface Model<S> {
    S begin();

    /** Everything that can happen next, in this state. */
    List<Move<S>> moves(S state);

    /** What is wrong with the state; empty if nothing. */
    Optional<String> violation(S state);
  }

  /**
   * One thing that happens.
   *
   * @param name of the step, crash or act
   * @param next the state after it
   */
  record Move<S>(String name, S next) {}

  private record Reached<S>(S from, String by) {}

  /**
   * What was found.
   *
   * @param states all that can be reached; up to the first violation where there is one
   * @param story what leads to the first violation, and what is wrong then; empty if nothing is
   */
  record Findings<S>(Iterable<S> states, int count, List<String> story) {}

  private Explorer(Model<S> model) {
    this.model = model;
  }

  static <S> Findings<S> explore(Model<S> model) {
    return new Explorer<>(model).run();
  }

  private Findings<S> run() {
    visit(model.begin(), null, "begin");
    while (!waiting.isEmpty()) {
      S state = waiting.remove();
      Optional<String> wrong = model.violation(state);
      if (wrong.isPresent()) {
        return new Findings<>(reached.keySet(), reached.size(), story(state, wrong.get()));
      }
      model.moves(state).forEach(move -> visit(move.next(), state, move.name()));
    }
    return new Findings<>(reached.keySet(), reached.size(), List.of());
  }

  private void visit(S state, S from, String by) {
    if (reached.putIfAbsent(state, new Reached<>(from, by)) == null) {
      waiting.add(state);
      if (reached.size() > MOST_STATES) {
        throw new IllegalStateException("more than " + MOST_STATES + " states");
      }
    }
  }

  private List<String> story(S state, String wrong) {
    List<String> story = new ArrayList<>(List.of(wrong + ": " + state));
    for (S at = state; at != null; at = reached.get(at).from()) {
      story.add(reached.get(at).by());
    }
    Collections.reverse(story);
    return story;
  }
}
