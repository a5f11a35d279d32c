package dev.archivist.demo.data;

import dev.archivist.demo.LogRow;
import dev.archivist.demo.Preview;
import dev.archivist.demo.data.LogParser.EntryStart;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Reads a log file entry by entry. Each entry becomes a row; the file is its scenario. */
final class LogFileReader implements RowReader<LogRow> {
  private final DataFile file;
  private final LogFormat format;
  private final UUID scenarioId;

  LogFileReader(DataFile file) throws IOException {
    this.file = file;
    this.format = LogFormat.of(file.path());
    this.scenarioId = NamedUuids.of("scenario:" + file.name());
  }

  @Override
  public String format() {
    return format.title();
  }

  @Override
  public Instant stampOf(LogRow row) {
    return row.receivedAt();
  }

  @Override
  public void read(Duration shift, FileTally tally, Consumer<LogRow> sink) throws IOException {
    Pass pass = new Pass(shift, tally, sink, format.parser(file.path()));
    try (LineReader lines = LineReader.open(file.path())) {
      for (Optional<RawLine> line = lines.next(); line.isPresent(); line = lines.next()) {
        pass.read(line.get());
      }
    } finally {
      // Also when reading stops halfway: what was read is counted.
      pass.close();
    }
  }

  /** One reading of the file, with the entry that is still open. */
  private final class Pass {
    private final Duration shift;
    private final FileTally tally;
    private final Consumer<LogRow> sink;
    private final LogParser parser;

    /** Null before the first entry and after a line that could not be read. */
    private LogEntry open;

    /** Blank lines since; they belong to the open entry only if it goes on after them. */
    private final List<RawLine> blanks = new ArrayList<>();

    Pass(Duration shift, FileTally tally, Consumer<LogRow> sink, LogParser parser) {
      this.shift = shift;
      this.tally = tally;
      this.sink = sink;
      this.parser = parser;
    }

    void read(RawLine raw) {
      DecodedText decoded = DecodedText.of(raw.bytes());
      tally.line(decoded.repaired());
      if (decoded.text().isBlank()) {
        blank(raw);
        return;
      }
      try {
        if (raw.tooLong()) {
          throw new UnreadableLine("longer than " + LineReader.MAX_BYTES + " bytes");
        }
        read(raw, decoded.text());
      } catch (UnreadableLine e) {
        close();
        tally.unreadable(raw.number(), 1, e.reason());
      }
    }

    private void read(RawLine raw, String line) throws UnreadableLine {
      Optional<EntryStart> start = parser.read(line);
      if (start.isPresent()) {
        close();
        open = new LogEntry(start.get(), raw, line);
      } else if (open == null) {
        throw new UnreadableLine("continues an entry whose beginning was not read");
      } else {
        blanks.forEach(blank -> open.add(blank, DecodedText.of(blank.bytes()).text()));
        blanks.clear();
        open.add(raw, line);
      }
    }

    private void blank(RawLine raw) {
      if (open == null) {
        tally.blanks(1);
      } else {
        blanks.add(raw);
      }
    }

    /** Ends the open entry, if there is one. */
    void close() {
      tally.blanks(blanks.size());
      blanks.clear();
      if (open == null) {
        return;
      }
      LogEntry entry = open;
      open = null;
      try {
        LogRow row = row(entry);
        tally.row();
        tally.continuations(entry.lines() - 1);
        sink.accept(row);
      } catch (UnreadableLine e) {
        tally.unreadable(entry.firstLine(), entry.lines(), e.reason());
      }
    }

    private LogRow row(LogEntry entry) throws UnreadableLine {
      String message = DecodedText.storable(parser.message(entry.text())).text();
      int size = entry.bytes().size();
      return new LogRow(
          NamedUuids.of(file.name() + ":" + entry.firstLine()),
          scenarioId,
          entry.at().plus(shift),
          entry.bytes().sha256(),
          Preview.of(message),
          entry.source(),
          size,
          entry.personal(),
          entry.tokens(),
          LogRow.sqsBlocks(size));
    }
  }
}
