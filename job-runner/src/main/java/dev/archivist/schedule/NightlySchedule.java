package dev.archivist.schedule;

import dev.archivist.config.Settings;
import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.run.PolicyRun;
import dev.archivist.run.PurgeRun;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.quartz.CronScheduleBuilder;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.impl.matchers.GroupMatcher;
import org.quartz.utils.DBConnectionManager;

/**
 * Runs and purges every enabled policy nightly, each as a Quartz job of its own, so that one that
 * fails does not stop the others. Quartz keeps its state in the database: several daemons may run
 * against one, and each night is run once. A night that was missed, because no daemon was there, is
 * run once as soon as one is.
 */
public final class NightlySchedule implements AutoCloseable {
  private static final String GROUP = "policies";
  private static final String DATA_SOURCE = "archivist";

  private final Scheduler scheduler;

  private NightlySchedule(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /**
   * Makes the schedule of the policies as they are now; nothing runs before {@link #start}.
   *
   * @param run what runs a policy
   * @param purge what purges it afterwards
   */
  public static NightlySchedule of(
      Database database, Settings settings, PolicyRun run, PurgeRun purge) {
    CronTime time = CronTime.parse(settings.cron(), settings.cronZone());
    try {
      DBConnectionManager.getInstance()
          .addConnectionProvider(DATA_SOURCE, new PooledConnections(database.pool()));
      Scheduler scheduler = new StdSchedulerFactory(properties()).getScheduler();
      NightlySchedule schedule = new NightlySchedule(scheduler);
      boolean made = false;
      try {
        PolicyJob job = new PolicyJob(new EnabledPolicies(new Archive(database), run, purge));
        scheduler.setJobFactory((bundle, any) -> job);
        schedule.follow(new Archive(database).policies(), time);
        made = true;
        return schedule;
      } finally {
        if (!made) {
          schedule.close();
        }
      }
    } catch (SchedulerException e) {
      throw translated(e);
    }
  }

  private static Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("org.quartz.scheduler.instanceName", "archivist");
    properties.setProperty("org.quartz.scheduler.instanceId", "AUTO");
    properties.setProperty("org.quartz.scheduler.skipUpdateCheck", "true");
    properties.setProperty("org.quartz.scheduler.makeSchedulerThreadDaemon", "false");
    // Policies run side by side, each on a connection of its own.
    properties.setProperty("org.quartz.threadPool.threadCount", "2");
    properties.setProperty("org.quartz.jobStore.class", "org.quartz.impl.jdbcjobstore.JobStoreTX");
    properties.setProperty(
        "org.quartz.jobStore.driverDelegateClass", SchedulerTables.class.getName());
    properties.setProperty("org.quartz.jobStore.dataSource", DATA_SOURCE);
    properties.setProperty("org.quartz.jobStore.tablePrefix", "archive.qrtz_");
    properties.setProperty("org.quartz.jobStore.isClustered", "true");
    properties.setProperty("org.quartz.jobStore.clusterCheckinInterval", "10000");
    properties.setProperty("org.quartz.jobStore.misfireThreshold", "60000");
    properties.setProperty("org.quartz.jobStore.useProperties", "true");
    return properties;
  }

  /** Adds, updates and removes jobs so that they are the enabled policies. */
  private void follow(List<Archive.PolicySummary> policies, CronTime time)
      throws SchedulerException {
    Set<JobKey> wanted =
        policies.stream()
            .filter(Archive.PolicySummary::enabled)
            .map(policy -> new JobKey(policy.name(), GROUP))
            .collect(Collectors.toSet());
    for (JobKey known : scheduler.getJobKeys(GroupMatcher.jobGroupEquals(GROUP))) {
      if (!wanted.contains(known)) {
        scheduler.deleteJob(known);
      }
    }
    for (JobKey key : wanted) {
      scheduler.addJob(job(key), true);
      schedule(key, time);
    }
  }

  private static JobDetail job(JobKey key) {
    return JobBuilder.newJob(PolicyJob.class).withIdentity(key).storeDurably().build();
  }

  private void schedule(JobKey key, CronTime time) throws SchedulerException {
    TriggerKey triggerKey = new TriggerKey(key.getName(), GROUP);
    Trigger trigger =
        TriggerBuilder.newTrigger()
            .withIdentity(triggerKey)
            .forJob(key)
            .withSchedule(
                CronScheduleBuilder.cronSchedule(time.quartzExpression())
                    .inTimeZone(time.timeZone())
                    .withMisfireHandlingInstructionFireAndProceed())
            .build();
    Trigger present = scheduler.getTrigger(triggerKey);
    if (scheduler.getTriggerState(triggerKey) == Trigger.TriggerState.ERROR) {
      scheduler.unscheduleJob(triggerKey);
      present = null;
    }
    if (present == null) {
      // Another daemon may make the same one at this moment; they are equal, so the last one stays.
      scheduler.scheduleJob(job(key), Set.of(trigger), true);
    } else if (!time.isOf(present)) {
      // A trigger that is as wanted is left alone: replacing it would forget a missed night.
      scheduler.rescheduleJob(triggerKey, trigger);
    }
  }

  /** Begins to run jobs at their times. */
  public void start() {
    try {
      scheduler.start();
    } catch (SchedulerException e) {
      throw translated(e);
    }
  }

  /** When the policy runs next; empty if it is not scheduled. */
  public Optional<Instant> next(String policy) {
    try {
      Trigger trigger = scheduler.getTrigger(new TriggerKey(policy, GROUP));
      return Optional.ofNullable(trigger).map(Trigger::getNextFireTime).map(Date::toInstant);
    } catch (SchedulerException e) {
      throw translated(e);
    }
  }

  /** What Quartz has, for tests that let a night begin by hand. */
  Scheduler scheduler() {
    return scheduler;
  }

  /** Waits for running jobs to end; ask them to stop first. */
  @Override
  public void close() {
    try {
      scheduler.shutdown(true);
    } catch (SchedulerException e) {
      throw translated(e);
    }
  }

  private static ArchiveFailure translated(SchedulerException e) {
    return new ArchiveFailure(
        ArchiveError.SCHEMA_NOT_MIGRATED,
        "the scheduler cannot use its tables: " + e.getMessage(),
        "Run archivist migrate, and give the role archive_operator.",
        e);
  }
}
