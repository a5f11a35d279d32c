package dev.archivist.demo.data;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.archivist.demo.MetricRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Reads a CSV file of samples, {@code timestamp,value}. A heading may name the two columns; without
 * one they are the first two. The file is its scenario.
 */
final class MetricFileReader implements RowReader<MetricRow> {
  private final DataFile file;
  private final MetricIdentity identity;
  private final UUID scenarioId;
  private final String extraData;

  MetricFileReader(DataFile file) {
    this.file = file;
    this.identity = MetricIdentity.of(file);
    this.scenarioId = NamedUuids.of("scenario:" + file.name());
    this.extraData = JsonNodeFactory.instance.objectNode().put("file", file.name()).toString();
  }

  @Override
  public String format() {
    return "CSV";
  }

  @Override
  public Instant stampOf(MetricRow row) {
    return row.timestamp();
  }

  @Override
  public void read(Duration shift, FileTally tally, Consumer<MetricRow> sink) throws IOException {
    Columns columns = Columns.UNNAMED;
    boolean atTop = true;
    try (LineReader lines = LineReader.open(file.path())) {
      for (Optional<RawLine> raw = lines.next(); raw.isPresent(); raw = lines.next()) {
        DecodedText line = DecodedText.of(raw.get().bytes());
        tally.line(line.repaired());
        if (line.text().isBlank()) {
          tally.blanks(1);
          continue;
        }
        Optional<Columns> heading = atTop ? Columns.named(line.text()) : Optional.empty();
        atTop = false;
        if (heading.isPresent()) {
          columns = heading.get();
          tally.header();
        } else {
          read(raw.get(), line.text(), columns, shift, tally).ifPresent(sink);
        }
      }
    }
  }

  private Optional<MetricRow> read(
      RawLine raw, String line, Columns columns, Duration shift, FileTally tally) {
    try {
      List<String> cells = cells(line);
      if (cells.size() <= Math.max(columns.stamp(), columns.value())) {
        throw new UnreadableLine("only " + cells.size() + " columns");
      }
      Instant at = Stamps.parse(cells.get(columns.stamp()).strip()).plus(shift);
      MetricRow row = row(raw.number(), at, MetricValues.parse(cells.get(columns.value())));
      tally.row();
      return Optional.of(row);
    } catch (UnreadableLine e) {
      tally.unreadable(raw.number(), 1, e.reason());
      return Optional.empty();
    }
  }

  private MetricRow row(long line, Instant at, BigDecimal value) {
    return new MetricRow(
        NamedUuids.of(file.name() + ":" + line),
        scenarioId,
        at,
        identity.type(),
        identity.name(),
        value,
        identity.unit(),
        extraData);
  }

  private static List<String> cells(String line) throws UnreadableLine {
    try (CSVParser csv = CSVParser.parse(line, CSVFormat.RFC4180)) {
      List<CSVRecord> records = csv.getRecords();
      if (records.size() == 1) {
        return records.get(0).toList();
      }
    } catch (IOException | UncheckedIOException e) {
      throw new UnreadableLine("the quotes do not match");
    }
    throw new UnreadableLine("no CSV: " + Stamps.quoted(line));
  }

  /** Where the two columns are, from 0. */
  private record Columns(int stamp, int value) {
    static final Columns UNNAMED = new Columns(0, 1);

    /** The columns that a heading names; empty if the line is no heading. */
    static Optional<Columns> named(String line) {
      try {
        List<String> names =
            cells(line).stream().map(cell -> cell.strip().toLowerCase(Locale.ROOT)).toList();
        Columns columns = new Columns(names.indexOf("timestamp"), names.indexOf("value"));
        boolean both = columns.stamp() >= 0 && columns.value() >= 0;
        return both ? Optional.of(columns) : Optional.empty();
      } catch (UnreadableLine e) {
        return Optional.empty();
      }
    }
  }
}
