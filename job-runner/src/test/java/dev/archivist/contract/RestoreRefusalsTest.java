package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.engine.error.ArchiveError;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every reason for which a restore is refused. On one host only: that a refusal reaches the caller
 * is in the contract of both, and the reasons are found by the same statements.
 */
class RestoreRefusalsTest extends EngineContract implements HostedByRunner {
  private static final String RANGE = "{\"from\": \"2020-01-01\", \"to\": \"2020-02-01\"}";
  private static final String COPY =
      "{\"from\": \"2020-01-01\", \"to\": \"2020-02-01\", \"into\": \"copy\"}";

  @BeforeEach
  void archiveTenRows() {
    clock("2026-03-05T12:00:00Z");
    for (int day = 1; day <= 9; day++) {
      db.execute(logAt(UUID.randomUUID(), "2020-01-0" + day + "T00:00:00Z", "row " + day));
    }
    db.execute(logAt(UUID.randomUUID(), "2020-02-01T00:00:00Z", "row of February"));
    run("logs");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CREATE TABLE public.copy (LIKE public.scenario_logs) | has no unique key",
        "CREATE TABLE public.copy (LIKE public.scenario_logs, UNIQUE (message_hash)) | has no unique key",
        "CREATE TABLE public.copy (id uuid PRIMARY KEY) | has no column scenario_id",
        "CREATE TABLE public.copy (LIKE public.scenario_logs INCLUDING ALL); ALTER TABLE public.copy ALTER size_bytes TYPE bigint | column size_bytes is integer in the archive but bigint",
        "CREATE TABLE public.copy (LIKE public.scenario_logs INCLUDING ALL, more int NOT NULL) | column more of public.copy must have a value",
        "CREATE VIEW public.copy AS SELECT * FROM public.scenario_logs | is not an ordinary table",
        "CREATE TABLE public.copy (LIKE public.scenario_logs INCLUDING ALL); CREATE TRIGGER t BEFORE INSERT ON public.copy FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger() | trigger t of public.copy fires on INSERT",
        "CREATE TABLE public.copy (LIKE public.scenario_logs INCLUDING ALL); CREATE RULE r AS ON INSERT TO public.copy DO ALSO NOTHING | rule r of public.copy rewrites INSERT",
      })
  void aTableThatCannotTakeACopyIsRefused(String table, String why) {
    db.execute(
        table,
        "DO $$ BEGIN EXECUTE 'GRANT SELECT, INSERT ON public.copy TO archive_owner'; END $$");

    Failures.assertFails(() -> restore("logs", COPY), ArchiveError.POLICY_REFUSED)
        .hasMessageContaining(why);
    assertThat(db.rows("SELECT FROM archive_jobs WHERE action = 'restore'")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "scenario_logs | belongs to Archivist or to a policy",
        "scenario_metrics | belongs to Archivist or to a policy",
        "scenario_logs_archive | belongs to Archivist or to a policy",
        "scenario_logs_archive_2020_01 | belongs to Archivist or to a policy",
        "archive_jobs | belongs to Archivist or to a policy",
        "archive.ledger | belongs to Archivist or to a policy",
        "archive.new_one | belongs to Archivist or to a policy",
        "pg_catalog.pg_class | belongs to Archivist or to a policy",
        "nowhere.copy | may not make tables in schema nowhere",
      })
  void noTableOfArchivistTakesACopy(String table, String why) {
    Failures.assertFails(
            () -> restore("logs", COPY.replace("copy", table)), ArchiveError.POLICY_REFUSED)
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CREATE TRIGGER t BEFORE INSERT ON public.scenario_logs FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger() | trigger t of public.scenario_logs fires on INSERT",
        "CREATE TRIGGER t AFTER INSERT ON public.scenario_logs FOR EACH STATEMENT EXECUTE FUNCTION suppress_redundant_updates_trigger() | trigger t of public.scenario_logs fires on INSERT",
        "CREATE RULE r AS ON INSERT TO public.scenario_logs DO ALSO NOTHING | rule r of public.scenario_logs rewrites INSERT",
        "CREATE TRIGGER t AFTER DELETE ON public.scenario_logs_archive_2020_01 FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger() | trigger t of public.scenario_logs_archive_2020_01 fires on DELETE",
        "ALTER TABLE public.scenario_logs ADD COLUMN more int | has a column more that the archive lacks",
        "ALTER TABLE public.scenario_logs_archive ADD COLUMN more int | public.scenario_logs has no column more",
        "ALTER TABLE public.scenario_logs DROP COLUMN token_count CASCADE | public.scenario_logs has no column token_count",
        "ALTER TABLE public.scenario_logs ALTER COLUMN source TYPE varchar(1000) | column source is character varying(100) in the archive but character varying(1000)",
        "CREATE TABLE public.refers (id uuid, at timestamptz, FOREIGN KEY (id, at) REFERENCES public.scenario_logs_archive) | foreign key refers_id_at_fkey of public.refers points at the archive",
      })
  void aLiveTableThatIsNotAsItWasIsRefused(String change, String why) {
    db.execute("DROP VIEW public.v_scenario_logs_all", change);

    Failures.assertFails(() -> restore("logs", RANGE), ArchiveError.POLICY_REFUSED)
        .hasMessageContaining(why);
    assertThat(json(db.archive().restorePreview("logs", RANGE)).get("refusals").toString())
        .contains(why);
    assertThat(db.rows("SELECT FROM archive.holds")).isEmpty();
    assertThat(db.number("SELECT count(*) FROM scenario_logs_archive")).isEqualTo(10);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | a restore needs the times",
        "{\"from\": \"2020-01-01\"} | a restore needs the times",
        "{\"from\": \"last week\", \"to\": \"2020-01-01\"} | cannot be understood",
        "{\"from\": \"2020-02-30\", \"to\": \"2020-03-01\"} | cannot be understood",
        "{\"from\": \"2020-02-01\", \"to\": \"2020-02-01\"} | there is nothing between",
        "{\"from\": \"2020-03-01\", \"to\": \"2020-02-01\"} | there is nothing between",
        "{\"from\": \"-infinity\", \"to\": \"2020-02-01\"} | there is nothing between",
        "{\"from\": \"2020-01-01\", \"to\": \"infinity\"} | there is nothing between",
        "{\"from\": \"2020-01-01\", \"to\": \"2020-02-01\", \"hold\": \"a while\"} | cannot be understood",
        "{\"from\": \"2020-01-01\", \"to\": \"2020-02-01\", \"hold\": \"-1 day\"} | nothing can be held for -1 day",
        "{\"from\": \"2020-01-01\", \"to\": \"2020-02-01\", \"into\": \"copy\", \"hold\": \"1 day\"} | there is nothing to hold",
        "{\"from\": \"2020-01-01\", \"to\": \"2020-02-01\", \"into\": \"a.b.c\"} | is not the name of a table",
        "{\"from\": \"2020-01-01\", \"to\": \"2020-02-01\", \"into\": \"a b\"} | cannot be understood",
        "{\"from\": \"2020-01-01\", \"to\": \"2020-02-01\", \"until\": \"x\"} | a restore knows no option \"until\"",
        "[] | cannot be understood",
      })
  void whatCannotBeUnderstoodIsWrongUsage(String options, String why) {
    Failures.assertFails(() -> restore("logs", options), ArchiveError.USAGE)
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"nothing\": \"x\"} | cannot be matched by \"nothing\"",
        "{\"received_at\": \"2020-01-01\"} | cannot be matched by \"received_at\"",
        "{\"scenario_id\": \"x\"} | is not a value of column \"scenario_id\"",
        "{} | cannot be understood",
        "\"true; DROP TABLE x\" | cannot be understood",
      })
  void whatCannotBeMatchedIsWrongUsage(String where, String why) {
    String options = RANGE.replace("}", ", \"where\": " + where + "}");
    Failures.assertFails(() -> restore("logs", options), ArchiveError.HOLD_INVALID)
        .hasMessageContaining(why);
  }
}
