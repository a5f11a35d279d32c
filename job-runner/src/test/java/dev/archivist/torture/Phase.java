package dev.archivist.torture;

import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * A command of the program that is tortured. Most move rows between tiers and change nothing about
 * what there is; what a phase throws away on purpose it says in {@link Inventory}.
 *
 * @param arguments of the program, chosen anew each round
 */
record Phase(String name, Function<Random, List<String>> arguments) {
  /** What the rounds choose from. */
  static final List<Phase> ALL = List.of(new Phase("run", random -> List.of("run", "--all")));

  static Phase any(Random random) {
    return Chance.oneOf(ALL, random);
  }
}
