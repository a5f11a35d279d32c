package dev.archivist.demo.data;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Traditional syslog files: {@code Mar 27 13:06:56 host program[123]: text}, without a year. The
 * years are counted from an arbitrary first one, which does no harm where stamps are moved by whole
 * days anyway: when the months start over, a year has passed.
 */
final class SyslogParser implements LogParser {
  private static final Pattern LINE =
      Pattern.compile(
          "([A-Z][a-z]{2}) ([ \\d]\\d) (\\d\\d):(\\d\\d):(\\d\\d) \\S+ (?:([^\\s:\\[]+)(?:\\[\\d+\\])?: ?)?");
  private static final List<String> MONTHS =
      List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");
  private static final int LEAP_YEAR = 2000;
  private static final int COMMON_YEAR = 2001;

  /** Months that may be missing in a file, or by which a late line may lag behind. */
  private static final int HALF_A_YEAR = 6;

  private int year;
  private int latestMonth;

  SyslogParser(int firstYear) {
    this.year = firstYear;
  }

  /** The first year to count from so that a 29 February, if the file has one, exists. */
  static int firstYear(LineReader lines) throws IOException {
    SyslogParser parser = new SyslogParser(LEAP_YEAR);
    for (Optional<RawLine> raw = lines.next(); raw.isPresent(); raw = lines.next()) {
      Matcher line = LINE.matcher(DecodedText.of(raw.get().bytes()).text());
      if (line.lookingAt()) {
        int month = MONTHS.indexOf(line.group(1)) + 1;
        int found = month == 0 ? parser.year : parser.yearOf(month);
        if (line.group(1).equals("Feb") && line.group(2).equals("29")) {
          return LEAP_YEAR - (found - LEAP_YEAR);
        }
      }
    }
    return COMMON_YEAR;
  }

  @Override
  public Optional<EntryStart> read(String text) throws UnreadableLine {
    Matcher line = LINE.matcher(text);
    if (!line.lookingAt()) {
      throw new UnreadableLine("no syslog line: " + Stamps.quoted(text));
    }
    int month = MONTHS.indexOf(line.group(1)) + 1;
    try {
      LocalDateTime at =
          LocalDateTime.of(
              month == 0 ? year : yearOf(month),
              month,
              Integer.parseInt(line.group(2).strip()),
              Integer.parseInt(line.group(3)),
              Integer.parseInt(line.group(4)),
              Integer.parseInt(line.group(5)));
      String program = line.group(6) == null ? "syslog" : line.group(6);
      return Optional.of(new EntryStart(at.toInstant(ZoneOffset.UTC), program));
    } catch (DateTimeException e) {
      throw new UnreadableLine("no such time: " + Stamps.quoted(text.substring(0, 15)));
    }
  }

  private int yearOf(int month) {
    if (latestMonth > 0 && month > latestMonth + HALF_A_YEAR) {
      return year - 1;
    }
    if (month < latestMonth - HALF_A_YEAR) {
      year++;
      latestMonth = month;
    }
    latestMonth = Math.max(latestMonth, month);
    return year;
  }
}
