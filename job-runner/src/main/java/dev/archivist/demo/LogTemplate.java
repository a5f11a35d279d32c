package dev.archivist.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A log line of one service with blanks such as {@code <ip>} to be filled in. A word in angle
 * brackets that is no {@link Blank} stands for itself.
 */
final class LogTemplate {
  private static final Pattern WORD = Pattern.compile("<([a-z]+)>");

  private final String source;
  private final boolean personal;
  private final List<String> literals = new ArrayList<>();
  private final List<Blank> blanks = new ArrayList<>();

  LogTemplate(String source, String text) {
    this.source = source;
    Matcher word = WORD.matcher(text);
    int from = 0;
    while (word.find()) {
      Blank blank = Blank.BY_WORD.get(word.group(1));
      if (blank != null) {
        literals.add(text.substring(from, word.start()));
        blanks.add(blank);
        from = word.end();
      }
    }
    literals.add(text.substring(from));
    personal = blanks.stream().anyMatch(Blank::personal);
  }

  String source() {
    return source;
  }

  /** Whether the filled-in line holds personal data. */
  boolean personal() {
    return personal;
  }

  /** Appends the line to {@code out}, each blank filled in anew. */
  void fill(StringBuilder out, SplittableRandom random) {
    for (int i = 0; i < blanks.size(); i++) {
      out.append(literals.get(i));
      blanks.get(i).fill(out, random);
    }
    out.append(literals.get(literals.size() - 1));
  }
}
