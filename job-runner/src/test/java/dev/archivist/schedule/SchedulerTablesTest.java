package dev.archivist.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.contract.Login;
import dev.archivist.run.PolicyRun;
import dev.archivist.run.Progress;
import dev.archivist.run.PurgeRun;
import dev.archivist.run.StopSignal;
import dev.archivist.testing.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serial;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.quartz.Job;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.Trigger;
import org.quartz.TriggerKey;
import org.quartz.impl.SchedulerRepository;
import org.quartz.impl.calendar.BaseCalendar;
import org.quartz.impl.triggers.CronTriggerImpl;
import org.quartz.listeners.JobListenerSupport;

/** What an operator writes into the scheduler's tables runs policies, and nothing else. */
class SchedulerTablesTest {
  private static final AtomicInteger READ = new AtomicInteger();

  private TestDatabase db;

  @BeforeEach
  void createDatabase() {
    db = TestDatabase.migrated();
    READ.set(0);
  }

  @AfterEach
  void dropDatabase() {
    db.close();
  }

  private NightlySchedule daemon() {
    SchedulerRepository.getInstance().remove("archivist");
    StopSignal stop = new StopSignal();
    return NightlySchedule.of(
        db.database(),
        db.settings(),
        new PolicyRun(db.database(), db.settings(), stop, Progress.SILENT),
        new PurgeRun(db.database(), db.settings(), stop));
  }

  /** Says so when it is read. */
  static final class Trap extends BaseCalendar {
    @Serial private static final long serialVersionUID = 1L;

    @Serial
    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      READ.incrementAndGet();
    }
  }

  /** Says so when it is read, or its class is. */
  static final class TrapTrigger extends CronTriggerImpl {
    @Serial private static final long serialVersionUID = 1L;

    @Serial
    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      READ.incrementAndGet();
    }
  }

  /** Says so when it runs. */
  public static final class TrapJob implements Job {
    @Override
    public void execute(JobExecutionContext context) {
      READ.incrementAndGet();
    }
  }

  private static String bytes(Object object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return "'\\x" + HexFormat.of().formatHex(bytes.toByteArray()) + "'";
  }

  private static String job(String name, String className) {
    return "INSERT INTO archive.qrtz_job_details VALUES ('archivist', '%s', 'policies', null, '%s', true, false, false, false, '')"
        .formatted(name, className);
  }

  /** One that comes before all others. */
  private static String trigger(String name, String job, String type, String calendar) {
    return "INSERT INTO archive.qrtz_triggers VALUES ('archivist', '%s', 'planted', '%s', 'policies', null, %d, -1, 99, 'WAITING', '%s', 1, 0, %s, -1, '')"
        .formatted(
            name,
            job,
            Instant.now().minusSeconds(10).toEpochMilli(),
            type,
            calendar == null ? "null" : "'" + calendar + "'");
  }

  private static String once(String name) {
    return "INSERT INTO archive.qrtz_simple_triggers VALUES ('archivist', '%s', 'planted', 0, 0, 0)"
        .formatted(name);
  }

  private static String calendar() throws IOException {
    return "INSERT INTO archive.qrtz_calendars VALUES ('archivist', 'trap', %s)"
        .formatted(bytes(new Trap()));
  }

  private static String blob() throws IOException {
    return "INSERT INTO archive.qrtz_blob_triggers VALUES ('archivist', 'evil', 'planted', %s)"
        .formatted(bytes(new TrapTrigger()));
  }

  /** What somebody may plant whom the tables do not stop: a superuser, or an older migration. */
  enum Planted {
    CALENDAR,
    BLOB_TRIGGER,
    FOREIGN_CLASS,
    UNKNOWN_TYPE,
    NO_TIME,
    NO_CRON,
    UNREADABLE_CRON,
    RECOVERY;

    String[] statements() throws IOException {
      String ours = job("evil", PolicyJob.class.getName());
      return switch (this) {
        case CALENDAR ->
            new String[] {
              ours, calendar(), trigger("evil", "evil", "SIMPLE", "trap"), once("evil")
            };
        case BLOB_TRIGGER -> new String[] {ours, trigger("evil", "evil", "BLOB", null), blob()};
        case FOREIGN_CLASS ->
            new String[] {
              job("evil", TrapJob.class.getName()),
              trigger("evil", "evil", "SIMPLE", null),
              once("evil")
            };
        case UNKNOWN_TYPE -> new String[] {ours, trigger("evil", "evil", "X", null)};
        case NO_TIME ->
            new String[] {
              ours,
              trigger("evil", "evil", "SIMPLE", null),
              once("evil"),
              "UPDATE archive.qrtz_triggers SET next_fire_time = 0 WHERE trigger_name = 'evil'"
            };
        case NO_CRON -> new String[] {ours, trigger("evil", "evil", "CRON", null)};
        case UNREADABLE_CRON ->
            new String[] {
              ours,
              trigger("evil", "evil", "CRON", null),
              "INSERT INTO archive.qrtz_cron_triggers VALUES ('archivist', 'evil', 'planted', 'never', 'UTC')"
            };
        case RECOVERY ->
            new String[] {
              job("evil", TrapJob.class.getName()),
              trigger("evil", "evil", "SIMPLE", null),
              once("evil"),
              "INSERT INTO archive.qrtz_fired_triggers VALUES ('archivist', 'x', 'evil', 'planted', 'dead', 1, 1, 1,"
                  + " 'EXECUTING', 'evil', 'policies', false, true)"
            };
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsPlantedIsNotReadAndStopsNoPolicy(Planted planted) throws Exception {
    db.execute(
        "ALTER TABLE archive.qrtz_job_details DROP CONSTRAINT qrtz_job_details_check",
        "ALTER TABLE archive.qrtz_triggers DROP CONSTRAINT qrtz_triggers_check",
        "ALTER TABLE archive.qrtz_fired_triggers DROP CONSTRAINT qrtz_fired_triggers_requests_recovery_check");
    // The daemon takes jobs of no policy away when it starts, so the trap comes after that.
    try (NightlySchedule schedule = daemon()) {
      db.execute(planted.statements());
      CountDownLatch run = new CountDownLatch(1);
      schedule.scheduler().getListenerManager().addJobListener(new Ran("logs", run));
      db.execute(early("logs"));
      schedule.start();
      assertThat(run.await(60, TimeUnit.SECONDS)).as("the policy ran").isTrue();
    }

    assertThat(READ).hasValue(0);
    assertThat(db.rows("SELECT job_type, status FROM public.archive_jobs"))
        .hasToString("[[logs, completed]]");
    assertThat(
            db.value("SELECT trigger_state FROM archive.qrtz_triggers WHERE trigger_name = 'evil'"))
        .isEqualTo("ERROR");
  }

  private static String early(String policy) {
    return "UPDATE archive.qrtz_triggers SET next_fire_time = %d WHERE trigger_name = '%s'"
        .formatted(Instant.now().minus(Duration.ofSeconds(5)).toEpochMilli(), policy);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UPDATE archive.qrtz_cron_triggers SET cron_expression = 'never' WHERE trigger_name = 'logs'",
        "DELETE FROM archive.qrtz_cron_triggers WHERE trigger_name = 'logs'",
        "UPDATE archive.qrtz_triggers SET misfire_instr = 77 WHERE trigger_name = 'logs'",
        "UPDATE archive.qrtz_job_details SET job_data = '\\x5c757a' WHERE job_name = 'logs'",
      })
  void theNextStartMendsWhatAnOperatorHasSpoilt(String spoiling) throws Exception {
    daemon().close();
    asOperator(spoiling);

    try (NightlySchedule schedule = daemon()) {
      assertThat(schedule.next("logs")).isPresent();
      assertThat(schedule.scheduler().getTriggerState(new TriggerKey("logs", "policies")))
          .isEqualTo(Trigger.TriggerState.NORMAL);
    }
  }

  @Test
  void anOperatorWritesNoObjectAndNoOtherClass() throws Exception {
    String ours = job("evil", PolicyJob.class.getName());
    assertThatThrownBy(() -> asOperator(calendar())).hasMessageContaining("permission denied");
    assertThatThrownBy(() -> asOperator(blob())).hasMessageContaining("permission denied");
    assertThatThrownBy(() -> asOperator(job("evil", TrapJob.class.getName())))
        .hasMessageContaining("qrtz_job_details_check");
    assertThatThrownBy(() -> asOperator(ours, trigger("evil", "evil", "BLOB", null)))
        .hasMessageContaining("qrtz_triggers_check");
    assertThatThrownBy(() -> asOperator(ours, trigger("evil", "evil", "SIMPLE", "trap")))
        .hasMessageContaining("qrtz_triggers_check");
  }

  private void asOperator(String... statements) throws SQLException {
    try (Login operator = new Login(db, "archive_operator");
        Connection connection = operator.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (String sql : statements) {
        statement.execute(sql);
      }
      connection.commit();
    }
  }

  /** Waits for one job. */
  private static final class Ran extends JobListenerSupport {
    private final String policy;
    private final CountDownLatch run;

    Ran(String policy, CountDownLatch run) {
      this.policy = policy;
      this.run = run;
    }

    @Override
    public String getName() {
      return "ran";
    }

    @Override
    public void jobWasExecuted(JobExecutionContext context, JobExecutionException failure) {
      if (context.getJobDetail().getKey().getName().equals(policy)) {
        run.countDown();
      }
    }
  }
}
