package dev.archivist.run;

import dev.archivist.config.Settings;
import dev.archivist.db.Archive;
import dev.archivist.document.Plan;
import dev.archivist.document.RestorePlan;
import dev.archivist.document.WrittenPlan;
import dev.archivist.engine.report.ArchivedReport;
import dev.archivist.engine.report.Report;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.report.ReportFile;
import dev.archivist.report.ReportRoot;
import dev.archivist.store.ArchiveStore;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Makes plans and writes them down. It changes nothing but run files. */
public final class Plans {
  /** As many as the engine shows of rows. */
  private static final int CONFLICTS_SHOWN = 20;

  private final Archive archive;
  private final Settings settings;
  private final Function<Settings, ArchiveStore> stores;

  public Plans(Archive archive, Settings settings) {
    this(archive, settings, PolicyRun::configuredStore);
  }

  /**
   * @param stores opens the store where objects are looked for
   */
  Plans(Archive archive, Settings settings, Function<Settings, ArchiveStore> stores) {
    this.archive = archive;
    this.settings = settings;
    this.stores = stores;
  }

  /** Plans a policy and writes its run file. */
  public WrittenPlan write(String policy, OffsetDateTime now) {
    Plan plan = plan(policy);
    Path file =
        new RunFiles(settings.runFilesDir(), settings.system(), settings.appSchema())
            .write(plan, now);
    return new WrittenPlan(file.toString(), plan);
  }

  /** Plans a policy; what the database cannot know of report files is looked up. */
  public Plan plan(String policy) {
    Plan plan = archive.plan(policy);
    return !plan.refused() && archive.hasFiles(policy) ? withFiles(plan) : plan;
  }

  /**
   * What a restore would bring back and what is in its way; files that are where reports were are
   * looked up.
   *
   * @param options a JSON object: from, to, and if need be into, where, hold
   */
  public RestorePlan restore(String policy, String options) {
    RestorePlan plan = archive.restorePreview(policy, options);
    return plan.refusals().isEmpty() && archive.hasFiles(policy) ? withPlaces(plan, options) : plan;
  }

  private RestorePlan withPlaces(RestorePlan plan, String options) {
    ReportRoot root = new ReportRoot(settings.reportsRoot(), settings.maxReportBytes());
    Path lockFile = settings.restoreLock();
    List<String> taken = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    try (OwnStore store = new OwnStore(stores.apply(settings), archive.identity())) {
      for (ArchivedReport report : archive.reportsToRestore(plan.policy(), options)) {
        try {
          RestoredFile file =
              new RestoredFile(root.realRoot(), root.place(report.file()), report, lockFile);
          if (!file.isInPlace()) {
            file.requirePlace();
            requireObject(store, report, missing);
          }
        } catch (ArchiveFailure failure) {
          if (!FailedReports.isAboutOneReport(failure.error())) {
            throw failure;
          }
          taken.add("report " + report.id() + ": " + failure.getMessage());
        }
      }
    }
    return with(with(plan, "the report's file", taken), "the report's object", missing);
  }

  private static void requireObject(OwnStore store, ArchivedReport report, List<String> missing) {
    String location = report.object().location();
    Optional<String> key = store.key(location);
    if (key.flatMap(store::stat).isEmpty()) {
      String why =
          key.flatMap(store::another)
              .map(other -> ": it is in the store of " + OwnerMarks.words(other))
              .orElse("");
      missing.add("report " + report.id() + ": there is no object " + location + why);
    }
  }

  private static RestorePlan with(RestorePlan plan, String what, List<String> reports) {
    return reports.isEmpty()
        ? plan
        : plan.with(
            new RestorePlan.Conflict(
                what,
                reports.size(),
                reports.subList(0, Math.min(CONFLICTS_SHOWN, reports.size()))));
  }

  /** Reports of a month whose file can be read. */
  private record Readable(long count, long bytes) {
    static final Readable NONE = new Readable(0, 0);

    Readable and(Readable other) {
      return new Readable(count + other.count, bytes + other.bytes);
    }
  }

  private Plan withFiles(Plan plan) {
    ReportRoot root = new ReportRoot(settings.reportsRoot(), settings.maxReportBytes());
    Map<String, Readable> months = new HashMap<>();
    List<String> warnings = new ArrayList<>(plan.warnings());
    for (Report report : archive.reportsToOffload(plan.policy())) {
      String month =
          YearMonth.from(report.createdAt().withOffsetSameInstant(ZoneOffset.UTC)).toString();
      try {
        ReportFile file = root.resolve(report.file());
        months.merge(month, new Readable(1, file.bytes()), Readable::and);
      } catch (ArchiveFailure failure) {
        warnings.add("report " + report.id() + " stays: " + failure.getMessage());
      }
    }
    List<Plan.Window> windows =
        plan.windows().stream()
            .map(window -> readable(window, months.getOrDefault(window.month(), Readable.NONE)))
            .toList();
    return plan.with(windows, warnings);
  }

  private static Plan.Window readable(Plan.Window window, Readable reports) {
    return window.of(reports.count(), reports.bytes());
  }
}
