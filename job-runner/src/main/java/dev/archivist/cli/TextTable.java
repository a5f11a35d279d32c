package dev.archivist.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Aligned columns; numbers stand to the right. */
final class TextTable {
  private static final Pattern NUMBER =
      Pattern.compile("-?[\\d ]+([.,]\\d+)?( ?([KMGTP]?i?B|s|%|x))?|-");

  private final List<List<String>> rows = new ArrayList<>();

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
    }
    out.flush();
  }

  private static void print(PrintWriter out, List<String> cells, int[] widths, boolean[] right) {
    StringBuilder line = new StringBuilder("  ");
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
