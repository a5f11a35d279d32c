package dev.archivist.demo;

/**
 * What the columns of the live tables can hold; a row that exceeds it never leaves this package.
 */
final class ColumnLimits {
  private ColumnLimits() {}

  /** Requires a text of at most {@code max} characters as PostgreSQL counts them: code points. */
  static void requireText(String column, String text, int max) {
    if (text.length() > max && text.codePointCount(0, text.length()) > max) {
      throw new IllegalArgumentException(column + " is longer than " + max + " characters");
    }
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(column + " holds U+0000, which PostgreSQL cannot store");
    }
  }

  static void requireNotNegative(String column, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(column + " is negative: " + value);
    }
  }
}
