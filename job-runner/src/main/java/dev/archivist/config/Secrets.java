package dev.archivist.config;

import java.util.regex.Pattern;

/** Takes out of a text what must not be shown. */
final class Secrets {
  /** User and password before the host of a URL, even where that URL is of no use with them. */
  private static final Pattern LOGIN = Pattern.compile("(?<=//)[^/?#\\s]*@");

  private Secrets() {}

  static String hidden(String text) {
    return LOGIN.matcher(text).replaceAll("…@");
  }
}
