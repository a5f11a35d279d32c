package dev.archivist.demo.data;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Heroku's logplex lines: {@code stamp [drain] app[process.number]: text}. Every line has a stamp
 * of its own and is an entry of its own, also where the sender cut a message into pieces.
 */
final class LogplexParser implements LogParser {
  private static final Pattern LINE =
      Pattern.compile(
          "(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d[^ ]*) (?:[^ \\[]+ )?"
              + "[a-z]+\\[([\\w-]+)(?:\\.[^\\]]*)?\\]:? ");

  @Override
  public Optional<EntryStart> read(String line) throws UnreadableLine {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.lookingAt()) {
      throw new UnreadableLine("no logplex line: " + Stamps.quoted(line));
    }
    return Optional.of(new EntryStart(Stamps.parse(matcher.group(1)), matcher.group(2)));
  }
}
