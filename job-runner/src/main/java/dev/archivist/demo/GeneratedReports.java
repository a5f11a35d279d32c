package dev.archivist.demo;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Reports, evenly over three years, three PDF to two CSV, from 2 KB to about 300 KB. */
final class GeneratedReports {
  private static final int SMALLEST_BYTES = 2048;
  private static final double LARGEST_TO_SMALLEST = 150;
  private static final List<String> AUTHORS =
      List.of("report-job", "report-job", "ada@example.org", "Zoë O'Neill");

  private final YearsWindow window;
  private final List<DemoScenario> scenarios;
  private final int reports;
  private final TreeSet<Instant> boundaries;
  private final SplittableRandom random;

  GeneratedReports(long seed, YearsWindow window, List<DemoScenario> scenarios, int reports) {
    this.window = window;
    this.scenarios = scenarios;
    this.reports = reports;
    this.boundaries = new TreeSet<>(window.boundaries());
    this.random = new SplittableRandom(seed);
  }

  void each(ReportFiles files, Consumer<ReportRow> sink) {
    eachSlot(slot -> sink.accept(report(slot, files)));
  }

  /** The paths of all reports, in order, without making them. */
  List<String> paths() {
    List<String> paths = new ArrayList<>();
    eachSlot(slot -> paths.add(slot.path()));
    return paths;
  }

  private void eachSlot(Consumer<Slot> sink) {
    LocalDate previousDay = null;
    int onThisDay = 0;
    for (int i = 0; i < reports; i++) {
      Instant created = created(i);
      LocalDate day = created.atOffset(ZoneOffset.UTC).toLocalDate();
      onThisDay = day.equals(previousDay) ? onThisDay + 1 : 0;
      previousDay = day;
      // Scenarios take turns, so a name repeats only when all had their turn on the same day.
      int edition = onThisDay / scenarios.size() + 1;
      String format = i % 5 < 3 ? "pdf" : "csv";
      sink.accept(new Slot(scenarios.get(i % scenarios.size()), created, edition, format));
    }
  }

  /** Every fourth report is made at the boundary instant that follows, if one is near. */
  private Instant created(int index) {
    double interval = (double) window.micros() / reports;
    Instant created = window.at((long) (interval * (index + 0.5)));
    Instant boundary = boundaries.ceiling(created);
    Instant next = created.plus((long) interval, ChronoUnit.MICROS);
    boolean near = boundary != null && boundary.isBefore(next);
    return index % 4 == 0 && near ? boundary : created;
  }

  private ReportRow report(Slot slot, ReportFiles files) {
    ReportFigures figures = new ReportFigures(slot.scenario(), slot.created(), random);
    int size = (int) (SMALLEST_BYTES * Math.pow(LARGEST_TO_SMALLEST, random.nextDouble()));
    byte[] content = slot.format().equals("pdf") ? figures.pdf(size) : figures.csv(size);
    files.put(slot.path(), content);
    boolean withExtra = random.nextInt(10) > 0;
    return new ReportRow(
        SeededUuids.next(random),
        slot.scenario().id(),
        slot.format(),
        slot.path(),
        content.length,
        AUTHORS.get(random.nextInt(AUTHORS.size())),
        withExtra ? extra(figures) : null,
        slot.created());
  }

  private static String extra(ReportFigures figures) {
    return "{\"month\": \"" + figures.month() + "\", \"title\": \"" + figures.title() + "\"}";
  }

  /**
   * A report to be made.
   *
   * @param edition from 1, counts reports on the same scenario and day
   */
  private record Slot(DemoScenario scenario, Instant created, int edition, String format) {
    String path() {
      LocalDate day = created.atOffset(ZoneOffset.UTC).toLocalDate();
      return String.format(
          Locale.ROOT,
          "%04d/%02d/%s-%s%s.%s",
          day.getYear(),
          day.getMonthValue(),
          scenario.slug(),
          day,
          edition == 1 ? "" : "-" + edition,
          format);
    }
  }
}
