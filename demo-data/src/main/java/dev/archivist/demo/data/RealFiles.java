package dev.archivist.demo.data;

import dev.archivist.demo.DemoSource;
import dev.archivist.demo.FileSummary;
import dev.archivist.demo.LogRow;
import dev.archivist.demo.MetricRow;
import dev.archivist.demo.ReportFiles;
import dev.archivist.demo.ReportRow;
import dev.archivist.demo.RowKind;
import dev.archivist.demo.SourceSummary;
import dev.archivist.demo.YearsWindow;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Files that somebody else made, aged: their stamps are moved by whole days, file by file, so that
 * together they fill the three years before now. Which files there are decides how far each is
 * moved; the same directory and the same now give the same rows, with ids that derive from file
 * names and line numbers.
 *
 * <p>No line is dropped silently: {@link #summary()} accounts for each one. A file that cannot be
 * read is in the summary as well and does not keep the others from being read.
 */
final class RealFiles implements DemoSource {

  /** Opens the reader of a file. */
  private interface Opening<R> {
    RowReader<R> open(DataFile file) throws IOException;
  }

  private final DataLayout layout;
  private final YearsWindow window;
  private final Map<RowKind, List<FileSummary>> summaries = new EnumMap<>(RowKind.class);

  /**
   * Looks at what is there; no row is read yet.
   *
   * @param dataDir holds {@code logs}, {@code metrics}, {@code iot} or {@code reports}
   * @param now every row comes to lie before it
   * @throws dev.archivist.failure.ArchiveFailure {@code USAGE} if the directory is not there, or
   *     nothing in it can be read
   */
  RealFiles(Path dataDir, Instant now) {
    this.layout = DataLayout.of(dataDir);
    this.window = YearsWindow.endingAt(now);
    if (!anythingReadable()) {
      throw DataLayout.unusable("nothing in the data directory " + dataDir + " can be read");
    }
  }

  @Override
  public void logs(Consumer<LogRow> sink) {
    read(RowKind.LOG, layout.logs(), LogFileReader::new, sink);
  }

  @Override
  public void metrics(Consumer<MetricRow> sink) {
    read(RowKind.METRIC, layout.metrics(), MetricFileReader::new, sink);
  }

  @Override
  public void reports(Path reportsDir, Consumer<ReportRow> sink) {
    List<FileSummary> read = start(RowKind.REPORT);
    new RealReports(layout.reports(), window).each(new ReportFiles(reportsDir), sink, read::add);
  }

  @Override
  public SourceSummary summary() {
    Map<RowKind, Long> rows = new EnumMap<>(RowKind.class);
    List<FileSummary> files = new ArrayList<>();
    summaries.forEach(
        (kind, read) -> {
          rows.put(kind, read.stream().mapToLong(file -> file.counts().rows()).sum());
          files.addAll(read);
        });
    return new SourceSummary(rows, files);
  }

  private <R> void read(RowKind kind, List<DataFile> files, Opening<R> opening, Consumer<R> sink) {
    List<FileSummary> read = start(kind);
    List<Double> places = Placement.spread(files.stream().map(DataFile::bytes).toList());
    for (int i = 0; i < files.size(); i++) {
      read.add(read(kind, files.get(i), places.get(i), opening, sink));
    }
  }

  private <R> FileSummary read(
      RowKind kind, DataFile file, double place, Opening<R> opening, Consumer<R> sink) {
    FileTally tally = new FileTally();
    String format = "unknown";
    long shift = 0;
    try {
      RowReader<R> reader = opening.open(file);
      format = reader.format();
      shift = range(reader).map(range -> range.shiftDays(window, place)).orElse(0L);
      reader.read(Duration.ofDays(shift), tally, sink);
    } catch (IOException e) {
      tally.unreadableFile("cannot be read any further: " + e);
    }
    return tally.summary(kind, file.name(), format, shift);
  }

  private List<FileSummary> start(RowKind kind) {
    List<FileSummary> read = new ArrayList<>();
    summaries.put(kind, read);
    return read;
  }

  /** From when to when a file's rows are; empty if it has none. */
  private static <R> Optional<Range> range(RowReader<R> reader) throws IOException {
    Range.Finder finder = new Range.Finder();
    reader.read(Duration.ZERO, new FileTally(), row -> finder.add(reader.stampOf(row)));
    return finder.found();
  }

  private boolean anythingReadable() {
    return layout.reports().stream().anyMatch(RealReports::readable)
        || layout.logs().stream().anyMatch(file -> hasRows(file, LogFileReader::new))
        || layout.metrics().stream().anyMatch(file -> hasRows(file, MetricFileReader::new));
  }

  private static <R> boolean hasRows(DataFile file, Opening<R> opening) {
    try {
      return range(opening.open(file)).isPresent();
    } catch (IOException e) {
      // The file appears in the summary with its reason; here it just has no rows.
      return false;
    }
  }

  /** The oldest and the youngest stamp of a file. */
  private record Range(Instant first, Instant last) {
    long shiftDays(YearsWindow window, double place) {
      return Placement.shiftDays(window, first, last, place);
    }

    /** Finds the range while stamps come by in any order. */
    private static final class Finder {
      private Range range;

      void add(Instant stamp) {
        if (range == null) {
          range = new Range(stamp, stamp);
        } else if (stamp.isBefore(range.first())) {
          range = new Range(stamp, range.last());
        } else if (stamp.isAfter(range.last())) {
          range = new Range(range.first(), stamp);
        }
      }

      Optional<Range> found() {
        return Optional.ofNullable(range);
      }
    }
  }
}
