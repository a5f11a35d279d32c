package dev.archivist.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.config.Setting;
import dev.archivist.config.Settings;
import dev.archivist.db.Archive;
import dev.archivist.run.PolicyRun;
import dev.archivist.run.Progress;
import dev.archivist.run.PurgeRun;
import dev.archivist.run.StopSignal;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.TestDatabase;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.JobKey;
import org.quartz.SchedulerException;
import org.quartz.impl.SchedulerRepository;
import org.quartz.listeners.JobListenerSupport;

/** Nights, as the scheduler's tables have them and as they happen. */
class NightlyScheduleTest {
  private static final List<String> POLICIES = List.of("logs", "metrics", "reports");

  private TestDatabase db;

  @BeforeEach
  void createDatabase() {
    db = TestDatabase.migrated();
  }

  @AfterEach
  void dropDatabase() {
    db.close();
  }

  /** A daemon of its own: without this, Quartz would hand out the one that this JVM has already. */
  private NightlySchedule daemon(Settings settings) {
    SchedulerRepository.getInstance().remove("archivist");
    StopSignal stop = new StopSignal();
    return NightlySchedule.of(
        db.database(),
        settings,
        new PolicyRun(db.database(), settings, stop, Progress.SILENT),
        new PurgeRun(db.database(), settings, stop));
  }

  private NightlySchedule daemon() {
    return daemon(db.settings());
  }

  private Settings cron(String cron, String zone) {
    return db.settings().with(Setting.ARCHIVE_CRON, cron).with(Setting.ARCHIVE_TIME_ZONE, zone);
  }

  @Test
  void hasAJobForEachEnabledPolicyAtThreeThatMakesUpForAMissedNight() {
    try (NightlySchedule schedule = daemon()) {
      assertThat(
              db.rows(
                  "SELECT trigger_name, cron_expression, time_zone_id, misfire_instr"
                      + " FROM archive.qrtz_triggers JOIN archive.qrtz_cron_triggers"
                      + " USING (sched_name, trigger_name, trigger_group) ORDER BY 1"))
          .hasToString(
              "[[logs, 0 0 3 * * ? *, UTC, 1], [metrics, 0 0 3 * * ? *, UTC, 1],"
                  + " [reports, 0 0 3 * * ? *, UTC, 1]]");
      OffsetDateTime next = schedule.next("logs").orElseThrow().atOffset(ZoneOffset.UTC);
      assertThat(next.getHour()).isEqualTo(3);
      assertThat(next.getMinute()).isZero();
      assertThat(next.toInstant()).isBetween(Instant.now(), Instant.now().plusSeconds(86_401));
    }
  }

  @Test
  void followsTheConfiguredTimeAndThePoliciesAtItsNextStart() {
    daemon().close();
    db.execute("UPDATE archive.policies SET enabled = false WHERE name = 'metrics'");

    try (NightlySchedule schedule = daemon(cron("0 15 4 * * ?", "Europe/Rome"))) {
      assertThat(schedule.next("metrics")).isEmpty();
      assertThat(
              db.rows(
                  "SELECT trigger_name, cron_expression, time_zone_id"
                      + " FROM archive.qrtz_cron_triggers ORDER BY 1"))
          .hasToString("[[logs, 0 15 4 * * ?, Europe/Rome], [reports, 0 15 4 * * ?, Europe/Rome]]");
      assertThat(db.rows("SELECT job_name FROM archive.qrtz_job_details ORDER BY 1"))
          .hasToString("[[logs], [reports]]");
    }
  }

  @Test
  void isSeenByTheOtherDaemonsWhileItRuns() {
    try (NightlySchedule schedule = daemon()) {
      schedule.start();
      assertThat(db.number("SELECT count(*) FROM archive.qrtz_scheduler_state")).isEqualTo(1);
      assertThat(db.value("SELECT checkin_interval FROM archive.qrtz_scheduler_state"))
          .isEqualTo("10000");
    }
  }

  @Test
  void purgesThePolicyBehindItsRun() throws Exception {
    LiveData.logs(db, 300);
    db.execute("UPDATE archive.policies SET keep_for = interval '2 years' WHERE name = 'logs'");
    try (NightlySchedule schedule = daemon()) {
      Ended ended = Ended.of(schedule, 1);
      schedule.start();
      schedule.scheduler().triggerJob(new JobKey("logs", "policies"));
      ended.await();
    }
    assertThat(db.rows("SELECT action, status FROM archive_jobs ORDER BY created_at"))
        .hasToString("[[run, completed], [purge, completed]]");
    assertThat(db.number("SELECT count(*) FROM archive.bin WHERE state = 'binned'"))
        .isBetween(10L, 13L);
  }

  @Test
  void runsThePolicyWhoseNightHasCome() throws Exception {
    LiveData.logs(db, 300);
    String before = LiveData.conserved(db);
    try (NightlySchedule schedule = daemon()) {
      Ended ended = Ended.of(schedule, 1);
      schedule.start();
      trigger(schedule, "logs");
      ended.await();
    }

    assertThat(db.rows("SELECT job_type, status, records_archived > 0 FROM archive_jobs"))
        .hasToString("[[logs, completed, t]]");
    assertThat(LiveData.conserved(db)).isEqualTo(before);
  }

  @Test
  void letsOneFailingPolicyNotStopTheOthers() throws Exception {
    LiveData.metrics(db, 300);
    db.execute("DROP TABLE public.scenario_logs CASCADE");
    try (NightlySchedule schedule = daemon()) {
      Ended ended = Ended.of(schedule, 3);
      schedule.start();
      for (String policy : POLICIES) {
        trigger(schedule, policy);
      }
      ended.await();
    }

    assertThat(db.rows("SELECT job_type, status FROM archive_jobs ORDER BY 1"))
        .hasToString("[[logs, failed], [metrics, completed], [reports, completed]]");
  }

  @Test
  void leavesAPolicyAloneThatWasDisabledSinceItStarted() throws Exception {
    try (NightlySchedule schedule = daemon()) {
      db.execute("UPDATE archive.policies SET enabled = false WHERE name = 'logs'");
      Ended ended = Ended.of(schedule, 1);
      schedule.start();
      trigger(schedule, "logs");
      ended.await();
    }

    assertThat(db.number("SELECT count(*) FROM archive_jobs")).isZero();
  }

  @Test
  void makesUpForAMissedNightOnceThoughTwoDaemonsAreThere() throws Exception {
    try (NightlySchedule one = daemon();
        NightlySchedule other = daemon()) {
      CountDownLatch runs = new CountDownLatch(POLICIES.size());
      Ended.counting(one, runs);
      Ended.counting(other, runs);
      db.execute(
          "UPDATE archive.qrtz_triggers SET next_fire_time = next_fire_time - 2 * 86400000::bigint");
      one.start();
      other.start();
      assertThat(runs.await(60, TimeUnit.SECONDS)).isTrue();
    }

    assertThat(db.rows("SELECT job_type, status FROM archive_jobs ORDER BY 1"))
        .hasToString("[[logs, completed], [metrics, completed], [reports, completed]]");
    assertThat(
            db.number(
                "SELECT count(*) FROM archive.qrtz_triggers WHERE next_fire_time >"
                    + " extract(epoch FROM now()) * 1000"))
        .isEqualTo(POLICIES.size());
  }

  @Test
  void doesNotForgetAMissedNightWhenItIsStartedAgain() {
    daemon().close();
    db.execute("UPDATE archive.qrtz_triggers SET next_fire_time = 1");

    try (NightlySchedule schedule = daemon()) {
      assertThat(schedule.next("logs").orElseThrow().toEpochMilli()).isEqualTo(1);
    }
  }

  @Test
  void leavesNothingBehindWhereItCannotBeMade() {
    db.execute("ALTER TABLE archive.qrtz_triggers RENAME TO hidden");
    try {
      assertThat(new Archive(db.database()).policies()).hasSize(3);
      org.assertj.core.api.Assertions.assertThatThrownBy(this::daemon)
          .hasMessageStartingWith("the scheduler cannot use its tables");
      assertThat(SchedulerRepository.getInstance().lookup("archivist")).isNull();
    } finally {
      db.execute("ALTER TABLE archive.hidden RENAME TO qrtz_triggers");
    }
  }

  private static void trigger(NightlySchedule schedule, String policy) throws SchedulerException {
    schedule.scheduler().triggerJob(new JobKey(policy, "policies"));
  }

  /** Waits for a number of jobs to have ended. */
  private static final class Ended extends JobListenerSupport {
    private final CountDownLatch jobs;

    private Ended(CountDownLatch jobs) {
      this.jobs = jobs;
    }

    static Ended of(NightlySchedule schedule, int jobs) throws SchedulerException {
      return counting(schedule, new CountDownLatch(jobs));
    }

    static Ended counting(NightlySchedule schedule, CountDownLatch jobs) throws SchedulerException {
      Ended ended = new Ended(jobs);
      schedule.scheduler().getListenerManager().addJobListener(ended);
      return ended;
    }

    void await() throws InterruptedException {
      assertThat(jobs.await(60, TimeUnit.SECONDS)).as("the jobs have ended").isTrue();
    }

    @Override
    public String getName() {
      return "ended";
    }

    @Override
    public void jobWasExecuted(JobExecutionContext context, JobExecutionException failure) {
      jobs.countDown();
    }
  }
}
