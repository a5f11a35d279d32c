package dev.archivist.demo.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** The log formats that can be read, and how to tell them apart. */
enum LogFormat {
  ACCESS("access log"),
  POSTGRES_CSV("PostgreSQL csvlog"),
  JSON("JSON lines"),
  LOGPLEX("logplex"),
  SYSLOG("syslog"),
  POSTGRES("PostgreSQL stderr"),
  /** None of the others. */
  UNKNOWN("unknown");

  /** Lines by which a file's format is told; a rotated file may begin amid a long entry. */
  private static final int SAMPLE_LINES = 1000;

  private final String title;

  LogFormat(String title) {
    this.title = title;
  }

  /** The name for people. */
  String title() {
    return title;
  }

  /** The format in which most of the file's first lines begin an entry. */
  static LogFormat of(Path file) throws IOException {
    Map<LogFormat, Integer> entries = new EnumMap<>(LogFormat.class);
    Map<LogFormat, LogParser> parsers = new EnumMap<>(LogFormat.class);
    for (LogFormat format : values()) {
      parsers.put(format, format.parser(file));
    }
    try (LineReader lines = LineReader.open(file)) {
      Optional<RawLine> raw = lines.next();
      for (int i = 0; i < SAMPLE_LINES && raw.isPresent(); i++, raw = lines.next()) {
        String line = DecodedText.of(raw.get().bytes()).text();
        parsers.forEach(
            (format, parser) -> entries.merge(format, begins(parser, line), Integer::sum));
      }
    }
    return entries.entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(UNKNOWN);
  }

  /** A new parser for this file. */
  LogParser parser(Path file) throws IOException {
    return switch (this) {
      case ACCESS -> new AccessLogParser();
      case POSTGRES_CSV -> new PostgresCsvParser();
      case JSON -> new JsonLogParser();
      case LOGPLEX -> new LogplexParser();
      case SYSLOG -> syslogParser(file);
      case POSTGRES -> new PostgresLogParser();
      case UNKNOWN -> line -> unknown();
    };
  }

  private static LogParser syslogParser(Path file) throws IOException {
    try (LineReader lines = LineReader.open(file)) {
      return new SyslogParser(SyslogParser.firstYear(lines));
    }
  }

  private static Optional<LogParser.EntryStart> unknown() throws UnreadableLine {
    throw new UnreadableLine("no log format that is known here");
  }

  private static int begins(LogParser parser, String line) {
    try {
      return parser.read(line).isPresent() ? 1 : 0;
    } catch (UnreadableLine e) {
      return 0;
    }
  }
}
