package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.run.PurgeRun;
import dev.archivist.run.StopSignal;
import java.sql.Connection;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nobody gains a right by what a table of theirs makes a statement run: functions that others may
 * replace are refused before any statement names the table.
 */
abstract class ForeignCodeContract extends CodeOfTheApplication {
  private static final String RANGE =
      "{\"from\": \"2000-01-01\", \"to\": \"2100-01-01\", \"where\": {\"source\": \"api\"}}";

  @Override
  void archiveSome() {
    run("logs");
  }

  @TestFactory
  Stream<DynamicTest> whatOthersMayReplaceIsNeverRun() {
    prepareForEach();
    return each(ways(), "scenario_logs", way -> assertNothingIsRun());
  }

  /** One question is asked of both tables, so some ways will do. */
  @TestFactory
  Stream<DynamicTest> norInAnArchive() {
    giveToTheApplication("scenario_logs_archive");
    prepareForEach();
    List<String> ways = ways().toList();
    return each(
        Stream.of(0, 3, 6, 9).map(ways::get), "scenario_logs_archive", way -> assertNothingIsRun());
  }

  /** A row that comes is asked by it whether it belongs there. */
  @ParameterizedTest
  @ValueSource(strings = {"scenario_logs", "scenario_logs_archive"})
  void norIsThePartitionKeyOfATableAbove(String table) throws Exception {
    giveToTheApplication(table);
    prepareForEach();
    asApplication(
        "CREATE TABLE public.part_of_it (LIKE public.%1$s) PARTITION BY LIST (size_bytes);"
                .formatted(table)
            + " CREATE TABLE public.above (LIKE public.%1$s) PARTITION BY LIST ((public.evil(size_bytes)));"
                .formatted(table)
            + " ALTER TABLE public.part_of_it ATTACH PARTITION public.%1$s DEFAULT;"
                .formatted(table)
            + " ALTER TABLE public.above ATTACH PARTITION public.part_of_it DEFAULT");

    assertNothingIsRun();
    if (table.endsWith("_archive")) {
      assertThat(refusals())
          .contains("archive public.scenario_logs_archive is a part of public.part_of_it");
    }
  }

  private void prepareForEach() {
    db.execute(
        // compares whole rows as JSON, for which their types' casts are asked
        "SELECT archive.hold('logs', matching => '{\"source\": \"x\"}', reason => 'a case')",
        "UPDATE archive.policies SET keep_for = '1 year 1 month' WHERE name = 'logs'");
  }

  private void assertNothingIsRun() throws Exception {
    String calls = calls();

    try (Connection session = quietly()) {
      assertThat(json(engine().plan(session, "logs")).get("refusals").toString())
          .contains("which role " + app + " may replace");
      session.rollback();
      Failures.assertFails(() -> engine().begin(session, "logs"), "ZA004")
          .hasMessageContaining("which role " + app + " may replace");
      session.rollback();
      Failures.assertFails(() -> engine().beginRestore(session, "logs", RANGE), "ZA004");
      session.rollback();
      Failures.assertFails(() -> engine().verify(session, "logs"), "ZA004");
      session.rollback();
    }
    assertThatThrownBy(() -> db.archive().verify("logs")).hasMessageContaining("may replace");
    assertThat(db.archive().restorePreview("logs", RANGE).toString()).contains("may replace");
    assertThat(
            new PurgeRun(db.database(), db.settings(), new StopSignal())
                .purge("logs")
                .failure()
                .orElseThrow())
        .hasMessageContaining("may replace");

    assertThat(calls()).isEqualTo(calls);
  }

  /** Nor by what such a function is told to do by an expression of theirs, whichever it is. */
  @Test
  void whatDoesWhatOthersTellItIsNeverRun() throws Exception {
    db.execute(
        "CREATE FUNCTION public.run_as_told(text) RETURNS boolean LANGUAGE plpgsql"
            + " AS $$ BEGIN EXECUTE $1; RETURN true; END $$",
        "CREATE FUNCTION public.ask_as_told(text) RETURNS boolean STABLE LANGUAGE plpgsql"
            + " AS $$ BEGIN EXECUTE $1; RETURN true; END $$",
        "GRANT USAGE ON SCHEMA archive TO " + app);
    asApplication("CREATE VIEW public.said AS SELECT public.evil(1)");
    asApplication("CREATE DOMAIN public.checked AS int CHECK (public.evil(VALUE) = 1)");
    String domain = db.value("SELECT 'public.checked[]'::regtype::oid");
    for (String deputy : deputies().map(each -> each.replace("{domain}", domain)).toList()) {
      assertNeverRun(
          deputy,
          "ALTER TABLE public.scenario_logs ADD CONSTRAINT more CHECK (%s) NOT VALID",
          "ALTER TABLE public.scenario_logs DROP CONSTRAINT more");
    }
    String one = deputies().findFirst().orElseThrow();
    assertNeverRun(
        one,
        "CREATE TRIGGER more AFTER DELETE ON public.scenario_logs FOR EACH ROW WHEN (%s)"
            + " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "DROP TRIGGER more ON public.scenario_logs");
    assertNeverRun(
        one,
        "CREATE DOMAIN public.odd AS text; ALTER TABLE public.scenario_logs ADD more public.odd;"
            + " ALTER DOMAIN public.odd ADD CHECK (%s) NOT VALID",
        "DROP DOMAIN public.odd CASCADE");
    assertThat(refusals()).doesNotContain("which does what its arguments say");
    assertThat(db.number("SELECT count(*) FROM archive.trusted_functions")).isZero();
  }

  private void assertNeverRun(String deputy, String way, String back) throws Exception {
    asApplication(way.formatted(deputy));
    String calls = calls();

    assertThat(refusals())
        .as(deputy)
        .contains("which does what its arguments say")
        .contains("may write them");
    try (Connection session = quietly()) {
      Failures.assertFails(() -> engine().begin(session, "logs"), "ZA004");
      session.rollback();
      Failures.assertFails(() -> engine().beginRestore(session, "logs", RANGE), "ZA004");
      session.rollback();
    }

    assertThat(calls()).as(deputy).isEqualTo(calls);
    asApplication(back);
  }

  /** What an archive's rows meet when they are changed, too. */
  @ParameterizedTest
  @ValueSource(strings = {"INSERT", "UPDATE", "DELETE", "TRUNCATE"})
  void noTriggerOfAnArchiveIsAnybodyElses(String event) throws Exception {
    giveToTheApplication("scenario_logs_archive");
    asApplication(
        "CREATE FUNCTION public.heard() RETURNS trigger LANGUAGE plpgsql"
            + " AS $$ BEGIN PERFORM public.seize(); RETURN NULL; END $$;"
            + " CREATE TRIGGER heard AFTER "
            + event
            + " ON public.scenario_logs_archive FOR EACH STATEMENT EXECUTE FUNCTION public.heard()");

    assertThat(refusals()).contains("public.heard(), which role " + app + " may replace");
  }

  /** In the middle of a job, too: what the guards saw may have changed. */
  @Test
  void whatIsAddedDuringAJobIsNeverRun() throws Exception {
    fillLogs(90);
    batchRows("logs", 10);
    try (Connection session = quietly()) {
      var job = engine().begin(session, "logs");
      session.commit();
      engine().runBatch(session, job);
      session.commit();
      asApplication("CREATE INDEX ON public.scenario_logs ((public.evil(1)))");
      String calls = calls();

      Failures.assertFails(() -> engine().runBatch(session, job), "ZA004");
      session.rollback();

      assertThat(calls()).isEqualTo(calls);
      engine().finish(session, job, "failed");
      session.commit();
    }
  }

  /** The owner of a database may set this; a backslash in a plain literal means nothing then. */
  @Test
  void noSettingOfTheDatabaseHidesCode() throws Exception {
    asApplication(
        "ALTER TABLE public.scenario_logs ADD CHECK"
            + " (query_to_xml('SELECT public.evil(1)', false, false, '') IS NOT NULL)");
    db.execute("ALTER DATABASE " + db.name() + " SET standard_conforming_strings = off");

    assertThat(refusals()).contains("query_to_xml");
  }

  /** What a superuser, or the role itself, has made may be run. */
  @ParameterizedTest
  @ValueSource(strings = {"superuser", "same role"})
  void whatTheRunningRoleMayReplaceAnywayIsNoReason(String whose) throws Exception {
    db.execute(
        "CREATE FUNCTION public.harmless(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1'",
        "ALTER FUNCTION public.harmless(int) OWNER TO "
            + (whose.equals("superuser") ? "CURRENT_USER" : engine().worksAs("CURRENT_USER")),
        "CREATE INDEX ON public.scenario_logs ((public.harmless(token_count)))",
        "ALTER TABLE public.scenario_logs ADD CHECK (public.harmless(1) = 1)",
        "ALTER TABLE public.scenario_logs OWNER TO CURRENT_USER");
    fillLogs(30);
    List<String> before = allLogs();

    assertThat(run("logs").deleted()).isPositive();

    assertThat(allLogs()).isEqualTo(before);
    try (Connection session = quietly()) {
      assertThat(json(engine().verify(session, "logs")).get("ok").asBoolean()).isTrue();
    }
  }
}
