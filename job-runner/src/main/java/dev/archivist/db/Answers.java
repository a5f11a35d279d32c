package dev.archivist.db;

import java.util.List;

/**
 * What several policies answered to one question.
 *
 * @param found all that was found
 * @param unasked the policies that could not be asked, each with the reason. Where there is one,
 *     nothing follows from what was not found
 */
public record Answers<T>(List<T> found, List<String> unasked) {
  public Answers {
    found = List.copyOf(found);
    unasked = List.copyOf(unasked);
  }

  /** Whether every policy answered, and none found anything. */
  public boolean isNothing() {
    return found.isEmpty() && unasked.isEmpty();
  }
}
