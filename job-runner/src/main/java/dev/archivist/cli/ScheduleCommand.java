package dev.archivist.cli;

import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.run.LoggedProgress;
import dev.archivist.run.PolicyRun;
import dev.archivist.run.PurgeRun;
import dev.archivist.run.RequestRunner;
import dev.archivist.schedule.NightlySchedule;
import java.time.ZoneOffset;
import picocli.CommandLine.Command;

/** The nightly daemon. */
@Command(
    name = "schedule",
    mixinStandardHelpOptions = true,
    header = "Run and purge every enabled policy nightly, until stopped.",
    description =
        "Run every enabled policy nightly (ARCHIVE_CRON, 03:00 UTC unless configured), "
            + "and then purge it, until stopped. Several may run against one database: each "
            + "night is run once. A missed night is made up for. It also does what users ask "
            + "for with archive.request, within a second. SIGTERM finishes the batches in hand "
            + "and closes their jobs.")
final class ScheduleCommand extends ConfiguredCommand {
  @Override
  public Integer call() {
    Logging.daemon();
    try (Shutdown shutdown = Shutdown.install(err());
        Database database = openDatabase()) {
      database.requireWritable();
      PolicyRun run = new PolicyRun(database, settings(), shutdown.signal(), new LoggedProgress());
      PurgeRun purge = new PurgeRun(database, settings(), shutdown.signal());
      try (NightlySchedule schedule = NightlySchedule.of(database, settings(), run, purge)) {
        schedule.start();
        out().println("database: " + database.url());
        for (Archive.PolicySummary policy : new Archive(database).policies()) {
          String next =
              schedule
                  .next(policy.name())
                  .map(instant -> Amounts.instant(instant.atOffset(ZoneOffset.UTC)))
                  .orElse("never: it is disabled");
          out().println("policy " + policy.name() + " runs next: " + next);
        }
        Thread requests =
            new Thread(
                new RequestRunner(database, settings(), run, shutdown.signal())::work,
                "archivist-requests");
        requests.start();
        shutdown.signal().await();
        join(requests);
      }
    }
    return 0;
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
