package dev.archivist.cli;

import static java.util.stream.Collectors.joining;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;

/**
 * Writes control characters as JSON does, {@code \}{@code u001b}, instead of letting a terminal act
 * on them: keys, paths and messages hold what an application stored, or whoever writes to it. Tabs
 * stay, and the ends of lines. What it writes of a JSON document is the same document.
 */
final class VisibleControls extends FilterWriter {
  private VisibleControls(Writer out) {
    super(out);
  }

  /** What is given to {@code println} as a string becomes one line, whatever is in it. */
  static PrintWriter over(PrintWriter out) {
    return new PrintWriter(new VisibleControls(out), true) {
      @Override
      public void println(String line) {
        super.println(onOneLine(line));
      }
    };
  }

  /** The text on one line: what is in it cannot pass for a line of the program. */
  static String onOneLine(String text) {
    StringBuilder line = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      append(line, text.charAt(i), false);
    }
    return line.toString();
  }

  /** The text with its lines, of which all but the first are set in. */
  static String indented(String text) {
    return text.lines()
        .map(VisibleControls::onOneLine)
        .collect(joining(System.lineSeparator() + "  "));
  }

  @Override
  public void write(int character) throws IOException {
    write(new char[] {(char) character}, 0, 1);
  }

  @Override
  public void write(char[] characters, int offset, int length) throws IOException {
    write(new String(characters, offset, length), 0, length);
  }

  @Override
  public void write(String text, int offset, int length) throws IOException {
    StringBuilder visible = new StringBuilder(length);
    for (int i = offset; i < offset + length; i++) {
      append(visible, text.charAt(i), true);
    }
    out.write(visible.toString());
  }

  private static void append(StringBuilder visible, char character, boolean keepLines) {
    if (character == '\t' || keepLines && character == '\n') {
      visible.append(character);
    } else if (character == '\n') {
      visible.append("\\n");
    } else if (Character.isISOControl(character) || reorders(character)) {
      visible.append("\\u%04x".formatted((int) character));
    } else {
      visible.append(character);
    }
  }

  /** Whether it changes the direction of what follows, so that a reader sees another order. */
  private static boolean reorders(char character) {
    return character >= '\u202a' && character <= '\u202e'
        || character >= '\u2066' && character <= '\u2069'
        || character == '\u2028'
        || character == '\u2029';
  }
}
