package dev.archivist.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Aligned columns; numbers stand to the right. What has no place in a column stands below its row.
 */
final class TextTable {
  /** What a terminal shows in one line, unless somebody has made it wider. */
  static final int SCREEN = 80;

  private static final String INDENT = "  ";

  private static final Pattern NUMBER =
      Pattern.compile("-?[\\d ]+([.,]\\d+)?( ?([KMGTP]?i?B|s|%|x))?|-");

  private final List<List<String>> rows = new ArrayList<>();
  private final Map<Integer, String> notes = new HashMap<>();

  TextTable(String... header) {
    rows.add(List.of(header));
  }

  TextTable row(String... cells) {
    return row(List.of(cells));
  }

  TextTable row(List<String> cells) {
    rows.add(cells.stream().map(VisibleControls::onOneLine).toList());
    return this;
  }

  /** Says something below the last row, as much as a screen is wide. */
  TextTable below(String note) {
    notes.put(rows.size() - 1, INDENT + INDENT + cut(note, SCREEN - 2 * INDENT.length()));
    return this;
  }

  /** As much of a text as there is room for, with an ellipsis where it goes on. */
  static String cut(String text, int width) {
    return width(text) <= width
        ? text
        : text.substring(0, text.offsetByCodePoints(0, width - 1)) + "…";
  }

  void print(PrintWriter out) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    boolean[] right = new boolean[columns];
    for (int c = 0; c < columns; c++) {
      int column = c;
      widths[c] = rows.stream().mapToInt(row -> width(row.get(column))).max().orElse(0);
      right[c] = rows.stream().skip(1).allMatch(row -> NUMBER.matcher(row.get(column)).matches());
    }
    for (int r = 0; r < rows.size(); r++) {
      print(out, rows.get(r), widths, right);
      if (r == 0) {
        List<String> line = new ArrayList<>();
        for (int width : widths) {
          line.add("-".repeat(width));
        }
        print(out, line, widths, right);
      }
      if (notes.containsKey(r)) {
        out.println(notes.get(r));
      }
    }
    out.flush();
  }

  private static void print(PrintWriter out, List<String> cells, int[] widths, boolean[] right) {
    StringBuilder line = new StringBuilder(INDENT);
    for (int c = 0; c < cells.size(); c++) {
      String padding = " ".repeat(widths[c] - width(cells.get(c)));
      line.append(right[c] ? padding + cells.get(c) : cells.get(c) + padding).append("  ");
    }
    out.println(line.toString().stripTrailing());
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
