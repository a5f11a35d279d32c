package dev.archivist.demo.data;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PostgreSQL's log on stderr, with a {@code log_line_prefix} that begins with {@code %t} or {@code
 * %m}. An entry's first line has the prefix and a severity; lines without continue it.
 */
final class PostgresLogParser implements LogParser {
  private static final Pattern PREFIX =
      Pattern.compile(
          "(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,6})?"
              + "(?: (?!\\p{Lu}+\\d?:  )[A-Z]{2,5}| ?[+-]\\d\\d(?::?\\d\\d)?)?)(?=[ :,\\[])");

  /** In whatever language the server speaks, a severity is in capitals with two spaces after. */
  private static final Pattern SEVERITY = Pattern.compile("\\b\\p{Lu}{3,}\\d?:  ");

  @Override
  public Optional<EntryStart> read(String line) throws UnreadableLine {
    Matcher prefix = PREFIX.matcher(line);
    if (!prefix.lookingAt() || !SEVERITY.matcher(line).find(prefix.end())) {
      return Optional.empty();
    }
    return Optional.of(new EntryStart(Stamps.parse(prefix.group(1)), "postgresql"));
  }
}
