package dev.archivist.demo.data;

import static java.util.Map.entry;

import dev.archivist.demo.Preview;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads stamps as PostgreSQL, CloudWatch and Cloud SQL write them: {@code 2024-03-31 01:59:59},
 * with {@code T} or a space, with or without a fraction (cut to microseconds), followed by a zone
 * name, an offset, {@code Z} or nothing, which is read as UTC.
 */
final class Stamps {
  private static final Pattern STAMP =
      Pattern.compile(
          "(\\d{4})-(\\d\\d)-(\\d\\d)[ T](\\d\\d):(\\d\\d):(\\d\\d)(?:[.,](\\d{1,9}))?"
              + " ?([A-Z]{1,5}|[+-]\\d\\d(?::?\\d\\d)?)?");

  /**
   * An abbreviation is an offset, not a place: a server in Berlin writes CET in winter and CEST in
   * summer. The meanings are those of PostgreSQL's default set of time zone abbreviations.
   */
  private static final Map<String, String> OFFSETS =
      Map.ofEntries(
          entry("Z", "Z"),
          entry("UTC", "Z"),
          entry("GMT", "Z"),
          entry("WET", "Z"),
          entry("WEST", "+01:00"),
          entry("BST", "+01:00"),
          entry("CET", "+01:00"),
          entry("CEST", "+02:00"),
          entry("EET", "+02:00"),
          entry("EEST", "+03:00"),
          entry("MSK", "+03:00"),
          entry("JST", "+09:00"),
          entry("EST", "-05:00"),
          entry("EDT", "-04:00"),
          entry("CST", "-06:00"),
          entry("CDT", "-05:00"),
          entry("MST", "-07:00"),
          entry("MDT", "-06:00"),
          entry("PST", "-08:00"),
          entry("PDT", "-07:00"));

  private Stamps() {}

  /**
   * The instant that the text names.
   *
   * @throws UnreadableLine if it is no stamp, not a day or time that exists, or of an unknown zone
   */
  static Instant parse(String text) throws UnreadableLine {
    Matcher stamp = STAMP.matcher(text);
    if (!stamp.matches()) {
      throw new UnreadableLine("no time stamp: " + quoted(text));
    }
    try {
      return LocalDateTime.of(
              number(stamp, 1),
              number(stamp, 2),
              number(stamp, 3),
              number(stamp, 4),
              number(stamp, 5),
              number(stamp, 6),
              nanos(stamp.group(7)))
          .toInstant(offset(stamp.group(8)));
    } catch (DateTimeException e) {
      throw new UnreadableLine("no such time: " + quoted(text));
    }
  }

  /** A value to be shown in a reason, not longer than a reader wants. */
  static String quoted(String text) {
    String shown = Preview.cut(text, 60);
    return "\"" + shown + (shown.length() < text.length() ? "…" : "") + "\"";
  }

  private static int number(Matcher stamp, int group) {
    return Integer.parseInt(stamp.group(group));
  }

  private static int nanos(String fraction) {
    if (fraction == null) {
      return 0;
    }
    String micros = (fraction + "00000").substring(0, 6);
    return Integer.parseInt(micros) * 1000;
  }

  private static ZoneOffset offset(String zone) throws UnreadableLine {
    if (zone == null) {
      return ZoneOffset.UTC;
    }
    if (zone.startsWith("+") || zone.startsWith("-")) {
      return ZoneOffset.of(zone);
    }
    String offset = OFFSETS.get(zone);
    if (offset == null) {
      throw new UnreadableLine("unknown time zone " + zone);
    }
    return ZoneOffset.of(offset);
  }
}
