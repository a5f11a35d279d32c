package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.archivist.testing.Archivist;
import dev.archivist.testing.Eventually;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.Program;
import dev.archivist.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program as users and service managers start, stop and kill it. */
class ProcessTest {
  /** What a shell reports of a process that SIGTERM ended: 128 + 15. */
  private static final int TERMINATED = 143;

  @TempDir Path home;

  private static TestDatabase slowToArchive() {
    TestDatabase db = TestDatabase.migrated();
    LiveData.logs(db, 20_000);
    db.execute("UPDATE archive.policies SET batch_rows = 5 WHERE name = 'logs'");
    return db;
  }

  private Program start(Archivist archivist, String... arguments) throws IOException {
    return Program.start(archivist, Files.createTempFile(home, "output", ".txt"), arguments);
  }

  private static boolean hasSomeBatches(TestDatabase db) {
    return db.number("SELECT coalesce(max(batches), 0) FROM archive_jobs") >= 5;
  }

  @Test
  void finishesTheBatchInHandWhenTerminated() throws IOException {
    try (TestDatabase db = slowToArchive()) {
      String content = LiveData.conserved(db);
      Archivist archivist = Archivist.on(db, home);
      try (Program program = start(archivist, "run", "--all")) {
        program.await("some batches", () -> hasSomeBatches(db));

        assertThat(program.terminate().exitCodeWithin(Duration.ofSeconds(20)))
            .isEqualTo(TERMINATED);

        assertThat(program.output()).contains("logs", "cancelled").doesNotContain("metrics");
      }
      assertThat(db.rows("SELECT job_type, status, error_message FROM archive_jobs"))
          .hasToString("[[logs, cancelled, told to stop; the next run continues]]");
      assertThat(db.number("SELECT records_archived FROM archive_jobs"))
          .isEqualTo(db.number("SELECT count(*) FROM scenario_logs_archive"));
      assertThat(LiveData.conserved(db)).isEqualTo(content);
      completes(archivist, db, content);
    }
  }

  @ParameterizedTest
  @CsvSource({"INT,130", "HUP,129", "TERM,143"})
  void saysWhatItWasTold(String signal, int code) throws Exception {
    try (TestDatabase db = slowToArchive()) {
      try (Program program = start(Archivist.on(db, home), "run", "--logs")) {
        program.await("some batches", () -> hasSomeBatches(db));

        assertThat(program.signal(signal).exitCodeWithin(Duration.ofSeconds(20))).isEqualTo(code);

        assertThat(program.output()).contains("SIG" + signal + ": the batch in hand is finished");
      }
      assertThat(db.rows("SELECT job_type, status, error_message FROM archive_jobs"))
          .hasToString("[[logs, cancelled, told to stop; the next run continues]]");
    }
  }

  /** A progress bar must not take Ctrl-C from us. */
  @Test
  void finishesTheBatchInHandAtCtrlC() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "needs script, of util-linux");
    try (TestDatabase db = slowToArchive()) {
      try (Program program =
          Program.startAtATerminal(
              Archivist.on(db, home),
              Files.createTempFile(home, "output", ".txt"),
              "run",
              "--logs")) {
        program.await("some batches", () -> hasSomeBatches(db));
        assertThat(program.output()).as("a bar").contains("logs").contains("/s");

        assertThat(program.type("\u0003").exitCodeWithin(Duration.ofSeconds(20))).isEqualTo(130);

        assertThat(program.output()).contains("SIGINT: the batch in hand is finished");
      }
      assertThat(db.rows("SELECT job_type, status, error_message FROM archive_jobs"))
          .hasToString("[[logs, cancelled, told to stop; the next run continues]]");
    }
  }

  @Test
  void endsAtOnceWhenToldTwice() throws Exception {
    try (TestDatabase db = slowToArchive()) {
      db.execute(
          "CREATE FUNCTION public.slowly() RETURNS boolean LANGUAGE sql AS 'SELECT pg_sleep(120) IS NOT NULL'",
          "ALTER TABLE public.scenario_logs_archive ADD CHECK (public.slowly()) NOT VALID");
      String content = LiveData.conserved(db);
      try (Program program = start(Archivist.on(db, home), "run", "--logs")) {
        program.await(
            "a batch in hand",
            () ->
                db.number(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'")
                    > 0);
        program.signal("INT");
        program.await("an answer", () -> program.output().contains("once more ends at once"));

        assertThat(program.signal("INT").exitCodeWithin(Duration.ofSeconds(20))).isEqualTo(130);

        assertThat(program.output()).contains("SIGINT again: ended at once");
      }
      db.execute(
          "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'");
      assertThat(LiveData.conserved(db)).isEqualTo(content);
    }
  }

  @Test
  void isClosedAsInterruptedByTheNextRunWhenKilled() throws IOException {
    try (TestDatabase db = slowToArchive()) {
      String content = LiveData.conserved(db);
      Archivist archivist = Archivist.on(db, home);
      try (Program program = start(archivist, "run", "--logs")) {
        program.await("some batches", () -> hasSomeBatches(db));
        program.kill().exitCode();
        program.kill();
      }
      assertThat(db.value("SELECT status FROM archive_jobs")).isEqualTo("running");
      Eventually.assertThatSoon(
          () -> assertThat(archivist.run("status").out()).contains("abandoned"));
      assertThat(LiveData.conserved(db)).isEqualTo(content);
      awaitLockFreed(db);

      completes(archivist, db, content);

      assertThat(db.value("SELECT error_message FROM archive_jobs WHERE status = 'failed'"))
          .startsWith("interrupted");
    }
  }

  /** The server notices a moment later that the killed program's connection is gone. */
  private static void awaitLockFreed(TestDatabase db) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (db.number(
            "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database"
                + " WHERE locktype = 'advisory' AND datname = current_database()")
        > 0) {
      assertThat(System.nanoTime()).as("the killed run's lock is freed").isLessThan(deadline);
    }
  }

  private static void completes(Archivist archivist, TestDatabase db, String content) {
    db.execute("UPDATE archive.policies SET batch_rows = 10000 WHERE name = 'logs'");

    assertThat(archivist.run("run", "--all").code()).isZero();

    assertThat(LiveData.conserved(db)).isEqualTo(content);
    assertThat(
            db.number(
                "SELECT count(*) FROM scenario_logs"
                    + " WHERE received_at < now() - interval '365 days 1 minute'"))
        .isZero();
    assertThat(db.archive().verify("logs").ok()).isTrue();
  }

  @Test
  void endsTheScheduleSoonWhenTerminated() throws IOException {
    try (TestDatabase db = TestDatabase.migrated()) {
      try (Program program = start(Archivist.on(db, home), "schedule")) {
        program.await("the schedule", () -> program.output().contains("policy reports runs next"));
        assertThat(db.number("SELECT count(*) FROM archive.qrtz_scheduler_state")).isEqualTo(1);

        assertThat(program.terminate().exitCodeWithin(Duration.ofSeconds(15)))
            .isEqualTo(TERMINATED);
      }
    }
  }

  @Test
  void archivesADemoTwiceWithLittleMemoryThoughOneWasKilled() throws IOException {
    Archivist archivist = Archivist.in(home.resolve("archivist"));
    String[] demo = {"demo", "--force", "--logs", "20000", "--metrics", "10000", "--reports", "10"};
    try (Program first = start(archivist, demo)) {
      assertThat(first.exitCode()).as(first.output()).isZero();
      assertThat(first.output()).contains("live + archive: yes").doesNotContain("NO", "Exception");
    }
    try (Program killed = start(archivist, demo)) {
      killed.await("loaded", () -> killed.output().contains("scenario_metrics"));
      long server = Long.parseLong(Files.readAllLines(serverFile()).get(0));
      killed.kill().exitCode();
      awaitEnd(server);
    }
    try (Program second = start(archivist, demo)) {
      assertThat(second.exitCode()).as(second.output()).isZero();
      assertThat(second.output()).contains("live + archive: yes").doesNotContain("NO", "Exception");
    }
    assertThat(serverFile()).doesNotExist();
    try (Program look = start(archivist, "status")) {
      assertThat(look.exitCode()).as(look.output()).isZero();
    }
  }

  private Path serverFile() {
    return home.resolve("archivist/postgresql/pgdata/postmaster.pid");
  }

  /** A zombie that nobody reaps has ended, too. */
  private static void awaitEnd(long pid) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (runs(pid)) {
      assertThat(System.nanoTime()).as("server " + pid + " ends").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private static boolean runs(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException e) {
      return Files.isDirectory(Path.of("/proc/self"))
          ? false
          : ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }
  }
}
