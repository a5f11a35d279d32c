package dev.archivist.torture;

import java.util.List;
import java.util.Random;

/** Picks by chance. */
final class Chance {
  private Chance() {}

  static <T> T oneOf(List<T> choices, Random random) {
    return choices.get(random.nextInt(choices.size()));
  }
}
