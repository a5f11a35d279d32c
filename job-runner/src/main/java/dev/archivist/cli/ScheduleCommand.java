package dev.archivist.cli;

import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.db.Migrations;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.run.LoggedProgress;
import dev.archivist.run.PolicyRun;
import dev.archivist.schedule.NightlySchedule;
import java.time.ZoneOffset;
import picocli.CommandLine.Command;

/** The nightly daemon. */
@Command(
    name = "schedule",
    mixinStandardHelpOptions = true,
    description = {
      "Run every enabled policy nightly (ARCHIVE_CRON, 03:00 UTC unless configured) until stopped.",
      "Several may run against one database: each night is run once. A missed night is made up for.",
      "SIGTERM finishes the batches in hand and closes their jobs."
    })
final class ScheduleCommand extends ConfiguredCommand {
  @Override
  public Integer call() {
    Logging.daemon();
    try (Shutdown shutdown = Shutdown.install();
        Database database = Database.open(settings())) {
      if (new Migrations(database).pending()) {
        throw new ArchiveFailure(
            ArchiveError.SCHEMA_NOT_MIGRATED,
            "the schema is not that of this version",
            "Run archivist migrate.");
      }
      PolicyRun run = new PolicyRun(database, settings(), shutdown.signal(), new LoggedProgress());
      try (NightlySchedule schedule = NightlySchedule.of(database, settings(), run)) {
        schedule.start();
        out().println("database: " + database.url());
        for (Archive.PolicySummary policy : new Archive(database).policies()) {
          String next =
              schedule
                  .next(policy.name())
                  .map(date -> Amounts.instant(date.toInstant().atOffset(ZoneOffset.UTC)))
                  .orElse("never: it is disabled");
          out().println("policy " + policy.name() + " runs next: " + next);
        }
        shutdown.signal().await();
      }
    }
    return 0;
  }
}
