package dev.archivist.demo.data;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the commonest personal data in a log line: internet addresses and e-mail addresses. */
final class PersonalData {
  private static final Pattern IPV4 =
      Pattern.compile("(?<![\\d.])\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}(?![\\d.])");
  private static final Pattern AT_DOMAIN = Pattern.compile("\\w@[\\w-]{1,63}\\.\\w");

  private PersonalData() {}

  static boolean in(String text) {
    return IPV4.matcher(text).find() || mailAddress(text);
  }

  /** Looks only around each {@code @}, so that long words cost no more than short ones. */
  private static boolean mailAddress(String text) {
    Matcher matcher = AT_DOMAIN.matcher(text);
    for (int at = text.indexOf('@', 1); at > 0; at = text.indexOf('@', at + 1)) {
      if (matcher.region(at - 1, text.length()).lookingAt()) {
        return true;
      }
    }
    return false;
  }
}
