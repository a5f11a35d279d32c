package dev.archivist.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** The figures of the month before a report, made up line by line, as PDF or CSV. */
final class ReportFigures {
  private static final List<String> REMARKS =
      List.of(
          "",
          "",
          "",
          "ok",
          "cost, incl. tax",
          "said \"fine\" by Zoë",
          "first line\nsecond line",
          "путь C:\\new\\table");

  /** What a PDF of one page takes beside its text, and what each line takes beside its own. */
  private static final int PDF_OVERHEAD_BYTES = 800;

  private static final int PDF_LINE_OVERHEAD_BYTES = 9;

  private final DemoScenario scenario;
  private final Instant created;
  private final SplittableRandom random;

  ReportFigures(DemoScenario scenario, Instant created, SplittableRandom random) {
    this.scenario = scenario;
    this.created = created;
    this.random = random;
  }

  /** The month that is reported on, e.g. {@code 2024-02}. */
  String month() {
    return firstDay().toString().substring(0, 7);
  }

  String title() {
    return scenario.name() + ": " + month();
  }

  private LocalDate firstDay() {
    return created.atOffset(ZoneOffset.UTC).toLocalDate().minusMonths(1).withDayOfMonth(1);
  }

  /** A PDF of about this many bytes; one page at least. */
  byte[] pdf(int bytes) {
    List<String> lines = new ArrayList<>();
    lines.add(title());
    lines.add("Scenario " + scenario.id());
    lines.add("");
    lines.add(
        String.format(Locale.ROOT, "%-12s%12s%14s%16s", "day", "calls", "cost USD", "tokens"));
    int textBytes = lines.stream().mapToInt(line -> line.length() + PDF_LINE_OVERHEAD_BYTES).sum();
    for (int i = 0; textBytes < bytes - PDF_OVERHEAD_BYTES; i++) {
      String line =
          String.format(
              Locale.ROOT,
              "%-12s%12d%14.4f%16d",
              day(i),
              random.nextInt(100_000),
              random.nextDouble(500),
              random.nextInt(50_000_000));
      lines.add(line);
      textBytes += line.length() + PDF_LINE_OVERHEAD_BYTES;
    }
    return PdfDocument.of(title(), created, lines);
  }

  /** A CSV file (RFC 4180, UTF-8) of about this many bytes: a heading, then rows. */
  byte[] csv(int bytes) {
    StringBuilder out = new StringBuilder();
    try (CSVPrinter csv = new CSVPrinter(out, CSVFormat.RFC4180)) {
      csv.printRecord("day", "scenario", "calls", "cost_usd", "remark");
      for (int i = 0; out.length() < bytes; i++) {
        csv.printRecord(
            day(i),
            scenario.name(),
            random.nextInt(100_000),
            String.format(Locale.ROOT, "%.6f", random.nextDouble(-20, 500)),
            REMARKS.get(random.nextInt(REMARKS.size())));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a StringBuilder refused text", e);
    }
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private LocalDate day(int line) {
    return firstDay().plusDays(line % firstDay().lengthOfMonth());
  }
}
