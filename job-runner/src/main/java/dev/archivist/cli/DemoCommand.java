package dev.archivist.cli;

import dev.archivist.config.Setting;
import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.db.migrate.Migrations;
import dev.archivist.db.migrate.Preset;
import dev.archivist.demo.DataReader;
import dev.archivist.demo.DemoLoad;
import dev.archivist.demo.DemoSource;
import dev.archivist.demo.GeneratedYears;
import dev.archivist.demo.LiveTables;
import dev.archivist.demo.RowKind;
import dev.archivist.demo.SourceSummary;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.run.JobOutcome;
import dev.archivist.run.PolicyRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Fills the live tables with three believable years, archives them, shows before and after. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    header = "Archive three believable years (or real files) and show before and after.",
    description =
        "Fills the live tables first; with --data from the files in DIR, which a release "
            + "cannot read. Where there are rows already it adds none, and archives what has aged"
            + " since; with --force each demo adds its rows.")
final class DemoCommand extends ConfiguredCommand {
  private static final long SEED = 42;
  private static final int PROBLEMS_SHOWN = 5;

  @Option(names = "--logs", paramLabel = "N", description = "log rows (${DEFAULT-VALUE})")
  int logs = 300_000;

  @Option(names = "--metrics", paramLabel = "N", description = "metric samples (${DEFAULT-VALUE})")
  int metrics = 200_000;

  @Option(names = "--reports", paramLabel = "N", description = "report files (${DEFAULT-VALUE})")
  int reports = 120;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "load real files: DIR/logs, DIR/metrics, DIR/iot, DIR/reports; not part of the release:"
              + " only ./archivist of a source tree has the readers")
  Path data;

  @Option(
      names = "--force",
      description = "add rows although there are some already, in a database in use too")
  boolean force;

  @Override
  public Integer call() {
    refuseNegative("--logs", logs);
    refuseNegative("--metrics", metrics);
    refuseNegative("--reports", reports);
    DemoSource source = data == null ? generatedYears() : realFiles();
    try (Shutdown shutdown = Shutdown.install(err());
        Database database = Database.openOrMake(settings())) {
      out().println("database: " + database.url());
      new Migrations(database).with(Set.of(Preset.SCENARIO)).migrate();
      Archive archive = new Archive(database);
      refuseDatabaseInUse(database, archive);
      makeReportsRoot();
      if (force || isFresh(archive)) {
        load(database, archive, source);
      } else {
        sayThatNothingIsAdded(database);
      }
      DemoReport report = new DemoReport(out(), archive);
      report.before();
      PolicyRun run =
          new PolicyRun(
              database,
              settings(),
              shutdown.signal(),
              ConsoleProgress.ofRuns(err(), verbose(), archive));
      List<JobOutcome> outcomes = new ArrayList<>();
      for (Archive.PolicySummary policy : archive.policiesWithTables()) {
        if (policy.enabled() && !shutdown.signal().isRequested()) {
          outcomes.add(run.run(policy.name()));
        }
      }
      boolean proven = report.after(outcomes);
      int code = RunCommand.exitCode(outcomes);
      return code == 0 && !proven ? ArchiveError.LEDGER_DIFFERS.exitCode() : code;
    }
  }

  private DemoSource generatedYears() {
    return new GeneratedYears(SEED, new GeneratedYears.Size(logs, metrics, reports), Instant.now());
  }

  private DemoSource realFiles() {
    return DataReader.installed()
        .orElseThrow(
            () ->
                new ArchiveFailure(
                    ArchiveError.USAGE,
                    "--data: reading real files is not part of the release",
                    "Use ./archivist of a source tree, which builds the readers, too; or leave out"
                        + " --data, and the years are made up."))
        .read(data, Instant.now());
  }

  private void load(Database database, Archive archive, DemoSource source) {
    long round = round(archive);
    out()
        .println("loading " + (data == null ? "three generated years" : "files of " + data) + " …");
    out().flush();
    SourceSummary summary =
        new DemoLoad(
                new LiveTables(database, settings().appSchema()), settings().reportsRoot(), round)
            .load(source);
    TextTable table = new TextTable("loaded", "rows", "unreadable");
    for (RowKind kind : RowKind.values()) {
      table.row(
          table(kind), Amounts.count(summary.rows(kind)), Amounts.count(summary.unreadable(kind)));
    }
    table.print(out());
    summary.files().stream()
        .filter(file -> file.counts().unreadable() > 0)
        .forEach(
            file ->
                file.problems().stream()
                    .limit(PROBLEMS_SHOWN)
                    .forEach(
                        problem ->
                            out()
                                .println(
                                    "  unreadable: "
                                        + file.file()
                                        + ":"
                                        + problem.line()
                                        + ": "
                                        + problem.reason())));
  }

  private void sayThatNothingIsAdded(Database database) {
    out().println("nothing is loaded: rows of an earlier demo, or others, are here already");
    out()
        .println(
            database.isEmbedded()
                ? "  to start afresh: archivist db stop, and delete " + settings().home()
                : "  to start afresh: name an empty database in DATABASE_URL");
    out().println("  to add as many again: archivist demo --force");
  }

  /**
   * 0 in a fresh database, so that the first demo is the same everywhere. Else a number that no
   * other demo has had, even one that was killed halfway.
   */
  private long round(Archive archive) {
    return isFresh(archive) ? 0 : Instant.now().toEpochMilli();
  }

  private boolean isFresh(Archive archive) {
    return archive.policiesWithTables().stream()
            .allMatch(
                policy ->
                    archive.size(policy.sourceSchema(), policy.sourceTable()).rows() == 0
                        && archive.size(policy.archiveSchema(), policy.archiveTable()).rows() == 0)
        && Files.notExists(settings().reportsRoot().resolve(DemoLoad.folder(0)));
  }

  private static String table(RowKind kind) {
    return switch (kind) {
      case LOG -> "scenario_logs";
      case METRIC -> "scenario_metrics";
      case REPORT -> "reports";
    };
  }

  private void refuseDatabaseInUse(Database database, Archive archive) {
    if (database.isEmbedded() || force) {
      return;
    }
    for (Archive.PolicySummary policy : archive.policiesWithTables()) {
      if (archive.size(policy.sourceSchema(), policy.sourceTable()).rows() > 0) {
        throw new ArchiveFailure(
            ArchiveError.USAGE,
            "the demo would add made-up rows to a database in use: "
                + policy.sourceTable()
                + " has rows",
            "Unset DATABASE_URL to use the embedded database, or say --force.");
      }
    }
  }

  private void makeReportsRoot() {
    try {
      Files.createDirectories(settings().reportsRoot());
    } catch (IOException e) {
      throw new ArchiveFailure(
          ArchiveError.CONFIGURATION_INVALID,
          "the reports' directory cannot be made: " + settings().reportsRoot(),
          "Let " + Setting.REPORTS_LOCAL_DIR + " name a directory that can be written to.",
          e);
    }
  }

  private static void refuseNegative(String option, int number) {
    if (number < 0) {
      throw new ArchiveFailure(
          ArchiveError.USAGE, option + " is negative: " + number, "Give a number from 0 up.");
    }
  }
}
