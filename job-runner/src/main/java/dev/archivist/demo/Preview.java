package dev.archivist.demo;

/** The beginning of a message, cut between characters. */
public final class Preview {
  private Preview() {}

  /** The first 500 code points. */
  public static String of(String message) {
    return cut(message, LogRow.PREVIEW_CHARACTERS);
  }

  /** The first {@code max} code points; a surrogate pair is never torn apart. */
  public static String cut(String text, int max) {
    if (text.length() <= max || text.codePointCount(0, text.length()) <= max) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, max));
  }
}
