package dev.archivist.demo.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** PostgreSQL's csvlog. Its statements may run over several lines, within quotes. */
final class PostgresCsvParser implements LogParser {
  /** Stamp, user, database, process: what every row begins with. */
  private static final Pattern START =
      Pattern.compile(
          "(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d[^,\"]{0,20})"
              + ",(?:\"[^\"]*\"|[^\",]*),(?:\"[^\"]*\"|[^\",]*),\\d*,");

  private static final int SEVERITY_COLUMN = 11;
  private static final int MESSAGE_COLUMN = 13;

  private boolean withinQuotes;

  @Override
  public Optional<EntryStart> read(String line) throws UnreadableLine {
    Matcher start = START.matcher(line);
    if (start.lookingAt()) {
      withinQuotes = oddQuotes(line);
      return Optional.of(new EntryStart(Stamps.parse(start.group(1)), "postgresql"));
    }
    if (!withinQuotes) {
      throw new UnreadableLine("no csvlog row: " + Stamps.quoted(line));
    }
    withinQuotes ^= oddQuotes(line);
    return Optional.empty();
  }

  @Override
  public String message(String entry) throws UnreadableLine {
    try (CSVParser csv = CSVParser.parse(entry, CSVFormat.RFC4180)) {
      List<CSVRecord> records = csv.getRecords();
      CSVRecord row = records.get(0);
      if (records.size() != 1 || row.size() <= MESSAGE_COLUMN) {
        throw new UnreadableLine("a csvlog row of " + row.size() + " columns");
      }
      return row.get(SEVERITY_COLUMN) + ":  " + row.get(MESSAGE_COLUMN);
    } catch (IOException | UncheckedIOException e) {
      throw new UnreadableLine("the quotes of the csvlog row do not match");
    }
  }

  private static boolean oddQuotes(String line) {
    return line.chars().filter(c -> c == '"').count() % 2 == 1;
  }
}
