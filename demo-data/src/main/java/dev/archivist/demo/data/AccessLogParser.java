package dev.archivist.demo.data;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Web server access logs, common or combined format. A line is good when everything up to the size
 * of the response is there; what follows (referrer, agent) may be cut off.
 */
final class AccessLogParser implements LogParser {
  private static final Pattern HEAD =
      Pattern.compile("(\\S+) (\\S+) ([^\\[]*) \\[([^\\]]{1,40})\\] \"");
  private static final Pattern TAIL = Pattern.compile("\" (\\d{3}) (\\d+|-)(?= |$)");
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("dd/MMM/uuuu:HH:mm:ss Z", Locale.ENGLISH)
          .withResolverStyle(ResolverStyle.STRICT);

  @Override
  public Optional<EntryStart> read(String line) throws UnreadableLine {
    Matcher head = HEAD.matcher(line);
    if (!head.lookingAt()) {
      throw new UnreadableLine("no access log line: " + Stamps.quoted(line));
    }
    int end = endOfRequest(line, head.end());
    Matcher tail = TAIL.matcher(line).region(end, line.length());
    if (!tail.lookingAt()) {
      throw new UnreadableLine("no status and size after the request");
    }
    return Optional.of(new EntryStart(stamp(head.group(4)), "web-access"));
  }

  /** Where the quote stands that ends the request; quotes within are escaped by a backslash. */
  private static int endOfRequest(String line, int from) {
    int at = from;
    while (at < line.length() && line.charAt(at) != '"') {
      at += line.charAt(at) == '\\' ? 2 : 1;
    }
    return Math.min(at, line.length());
  }

  private static Instant stamp(String text) throws UnreadableLine {
    try {
      return OffsetDateTime.parse(text, STAMP).toInstant();
    } catch (DateTimeException e) {
      throw new UnreadableLine("no such time: " + Stamps.quoted(text));
    }
  }
}
