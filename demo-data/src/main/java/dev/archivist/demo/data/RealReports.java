package dev.archivist.demo.data;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.archivist.demo.FileSummary;
import dev.archivist.demo.ReportFiles;
import dev.archivist.demo.ReportRow;
import dev.archivist.demo.RowKind;
import dev.archivist.demo.YearsWindow;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Copies report files and dates their rows. Reports with a date in their names were made at the
 * beginning of that day, UTC; those of one folder are moved together by whole days, as a log file
 * is. Reports without a date are spread evenly.
 */
final class RealReports {
  private static final Set<String> FORMATS = Set.of("pdf", "csv");
  private static final Pattern DATE =
      Pattern.compile("[-_.]?(?<!\\d)((?:19|20|21)\\d\\d)[-_]?(\\d\\d)[-_]?(\\d\\d)(?!\\d)");
  private static final String FOLDER = "reports/";

  private final List<DataFile> files;
  private final YearsWindow window;

  RealReports(List<DataFile> files, YearsWindow window) {
    this.files = files;
    this.window = window;
  }

  /** Whether the file is one that becomes a row. */
  static boolean readable(DataFile file) {
    return FORMATS.contains(file.extension())
        && relativeName(file).codePointCount(0, relativeName(file).length())
            <= ReportRow.PATH_CHARACTERS;
  }

  /** Copies each file, hands over its row and says what became of it, in the files' order. */
  void each(ReportFiles target, Consumer<ReportRow> sink, Consumer<FileSummary> summaries) {
    Map<String, Long> shifts = shiftsByFolder();
    List<DataFile> undated =
        files.stream().filter(file -> readable(file) && date(file).isEmpty()).toList();
    Map<DataFile, Integer> positions = new HashMap<>();
    undated.forEach(file -> positions.put(file, positions.size()));
    for (DataFile file : files) {
      FileTally tally = new FileTally();
      long shift = date(file).isPresent() ? shifts.getOrDefault(file.folder(), 0L) : 0;
      if (readable(file)) {
        Instant created =
            date(file)
                .map(date -> startOf(date.plusDays(shift)))
                .orElseGet(() -> evenly(positions.get(file), undated.size()));
        copy(file, created, target, tally).ifPresent(sink);
      } else {
        tally.unreadableFile("no PDF or CSV file, or its path is too long");
      }
      summaries.accept(tally.summary(RowKind.REPORT, file.name(), file.extension(), shift));
    }
  }

  private Optional<ReportRow> copy(
      DataFile file, Instant created, ReportFiles target, FileTally tally) {
    String relative = relativeName(file);
    long size;
    try (InputStream in = Files.newInputStream(file.path())) {
      try {
        size = target.put(relative, in);
      } catch (IOException e) {
        throw target.unwritable(e);
      }
    } catch (IOException e) {
      tally.unreadableFile("cannot be read: " + e.getMessage());
      return Optional.empty();
    }
    tally.line(false);
    tally.row();
    return Optional.of(
        new ReportRow(
            NamedUuids.of(file.name()),
            NamedUuids.of("scenario:" + file.folder() + "/" + undatedStem(file)),
            file.extension(),
            relative,
            size <= Integer.MAX_VALUE ? (Integer) (int) size : null,
            "archivist demo",
            extra(file),
            created));
  }

  private static String extra(DataFile file) {
    ObjectNode extra = JsonNodeFactory.instance.objectNode().put("file", file.name());
    date(file).ifPresent(date -> extra.put("original_date", date.toString()));
    return extra.toString();
  }

  /** Whole days by which the dated reports of each folder are moved. */
  private Map<String, Long> shiftsByFolder() {
    Map<String, List<LocalDate>> dates = new TreeMap<>();
    for (DataFile file : files) {
      if (readable(file)) {
        date(file)
            .ifPresent(
                date ->
                    dates.computeIfAbsent(file.folder(), unused -> new ArrayList<>()).add(date));
      }
    }
    List<Double> places =
        Placement.spread(dates.values().stream().map(days -> (long) days.size()).toList());
    Map<String, Long> shifts = new HashMap<>();
    int folder = 0;
    for (Map.Entry<String, List<LocalDate>> entry : dates.entrySet()) {
      Instant first = startOf(entry.getValue().stream().min(LocalDate::compareTo).orElseThrow());
      Instant last = startOf(entry.getValue().stream().max(LocalDate::compareTo).orElseThrow());
      shifts.put(entry.getKey(), Placement.shiftDays(window, first, last, places.get(folder++)));
    }
    return shifts;
  }

  private Instant evenly(int position, int count) {
    return window.at((long) (window.micros() * ((position + 0.5) / count)));
  }

  private static Instant startOf(LocalDate day) {
    return day.atStartOfDay().toInstant(ZoneOffset.UTC);
  }

  /** The first part of the name that is a day of the calendar. */
  private static Optional<LocalDate> date(DataFile file) {
    Matcher matcher = DATE.matcher(file.stem());
    while (matcher.find()) {
      try {
        return Optional.of(
            LocalDate.of(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3))));
      } catch (DateTimeException e) {
        // Eight digits that are no date, such as an order number; a date may still follow.
      }
    }
    return Optional.empty();
  }

  /** The name that all reports of a series share. */
  private static String undatedStem(DataFile file) {
    return DATE.matcher(file.stem()).replaceFirst("");
  }

  private static String relativeName(DataFile file) {
    return file.name().substring(FOLDER.length());
  }
}
