package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A month comes back from the bin although the archive was changed meanwhile, or says why not. */
class BinFitTest {
  private final PurgeWorld world = new PurgeWorld();

  @AfterEach
  void close() {
    world.close();
  }

  private void binned() {
    world.logs(20, "2019-05");
    world.archive("logs");
    world.purge("logs");
  }

  private void alter(String change) {
    world.db.execute("ALTER TABLE public.scenario_logs_archive " + change);
  }

  private void alterBoth(String change) {
    alter(change);
    world.db.execute("ALTER TABLE public.scenario_logs " + change);
  }

  private PurgeOutcome restore() {
    return world.purges().restore("logs", world.bin("2019-05"));
  }

  private void assertRestored(int rows) {
    assertThat(PurgeWorld.fates(restore())).containsExactly("2019-05 RESTORED");
    assertThat(world.db.number("SELECT count(*) FROM scenario_logs_archive")).isEqualTo(rows);
    world.assertLedgerIsRight("logs");
  }

  private ArchiveFailure assertRefused() {
    ArchiveFailure failure = restore().failure().orElseThrow();
    assertThat(failure.error()).isEqualTo(ArchiveError.POLICY_REFUSED);
    assertThat(world.binStates()).containsExactly("2019-05 binned");
    assertThat(world.column("SELECT archive.bin_place(bin_id) FROM archive.bin"))
        .containsExactly("bin");
    assertThat(world.db.number("SELECT count(*) FROM scenario_logs_archive")).isZero();
    assertThat(world.db.number("SELECT count(*) FROM archive.holds")).isZero();
    return failure;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ADD COLUMN c text",
        "ADD COLUMN c text COLLATE \"C\" CHECK (c <> 'x')",
        "ADD COLUMN c numeric(10, 3) DEFAULT 1.5",
        "ADD COLUMN c timestamptz DEFAULT now()"
      })
  void aColumnThatCameMeanwhileIsNullInTheMonth(String change) {
    binned();
    List<String> before = world.allLogs();
    alterBoth(change);

    assertRestored(20);

    assertThat(world.allLogs()).isEqualTo(before);
    assertThat(world.db.number("SELECT count(c) FROM scenario_logs_archive")).isZero();
    assertThat(
            world.db.value(
                """
                SELECT count(DISTINCT (format_type(a.atttypid, a.atttypmod), a.attcollation,
                  pg_get_expr(d.adbin, d.adrelid)))
                FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                WHERE a.attname = 'c' AND a.attrelid IN ('public.scenario_logs_archive'::regclass,
                  'public.scenario_logs_archive_2019_05'::regclass)
                """))
        .isEqualTo("1");
    world.clock("2026-08-15 00:00:00+00");
    assertThat(PurgeWorld.fates(world.purge("logs"))).containsExactly("2019-05 BINNED");
  }

  @Test
  void aMonthWithANewColumnJoinsRowsThatCameLate() {
    binned();
    alterBoth("ADD COLUMN c text DEFAULT 'new'");
    world.logs(7, "2019-05");
    world.db.execute("UPDATE public.scenario_logs SET c = 'late'");
    world.archive("logs");
    alter("ADD COLUMN d text DEFAULT 'for those of the archive'");

    assertRestored(27);

    assertThat(
            world.db.rows(
                "SELECT c, count(*), count(d) FROM scenario_logs_archive GROUP BY c ORDER BY c"))
        .hasToString("[[late, 7, 7], [null, 20, 0]]");
  }

  @Test
  void aValueThatTheArchiveComputesIsComputedAgain() {
    binned();
    world.logs(7, "2019-05");
    world.archive("logs");
    alter("ADD COLUMN c integer GENERATED ALWAYS AS (size_bytes * 2) STORED");

    assertRestored(27);

    assertThat(
            world.db.number("SELECT count(*) FROM scenario_logs_archive WHERE c = size_bytes * 2"))
        .isEqualTo(27);
  }

  @Test
  void theDefaultIsTakenWhereNullIsForbiddenAndTheLedgerDoesNotCountTheColumn() {
    binned();
    alter("ADD COLUMN c integer NOT NULL DEFAULT 7");

    assertRestored(20);

    assertThat(world.db.value("SELECT DISTINCT c FROM scenario_logs_archive")).isEqualTo("7");
  }

  @Test
  void aColumnThatTheLedgerWouldCountMustBeAllowedToBeNull() {
    binned();
    alterBoth("ADD COLUMN c integer NOT NULL DEFAULT 7");

    ArchiveFailure failure = assertRefused();

    assertThat(failure.getMessage())
        .startsWith("2019-05 would not be what the ledger says with the columns that");
    assertThat(failure.hint()).contains("DROP NOT NULL");
    alter("ALTER COLUMN c DROP NOT NULL");
    assertRestored(20);
  }

  @Test
  void constraintsThatCameMeanwhileHoldForTheMonthToo() {
    binned();
    alter("ALTER COLUMN archive_batch_id SET NOT NULL");
    alter("ADD CONSTRAINT positive CHECK (size_bytes >= 0)");
    alter("ADD CONSTRAINT later CHECK (size_bytes > 100) NOT VALID");

    assertRestored(20);

    assertThat(
            world.column(
                """
                SELECT conname || ' ' || coninhcount FROM pg_constraint
                WHERE conrelid = 'public.scenario_logs_archive_2019_05'::regclass AND contype = 'c'
                ORDER BY 1
                """))
        .containsExactly("later 1", "positive 1");
  }

  @Test
  void aTypeThatOnlyBecameWiderFits() {
    world.db.execute("DROP VIEW public.v_scenario_logs_all");
    binned();
    alterBoth("ALTER COLUMN source TYPE text");
    assertThat(world.db.value("SELECT archive.accept_columns('logs')")).isEqualTo("1");

    assertRestored(20);
  }

  @Test
  void aTypeThatTheDigestDoesNotTakeForTheSameIsRefused() {
    world.db.execute("DROP VIEW public.v_scenario_logs_all");
    binned();
    alterBoth("ALTER COLUMN size_bytes TYPE bigint");

    assertThat(assertRefused().hint()).contains("the type and the order that they had");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ADD CONSTRAINT small CHECK (size_bytes < 10)|\"small\" of relation",
        "ALTER COLUMN message_preview SET NOT NULL|\"message_preview\" of relation",
        "ADD COLUMN c integer NOT NULL|\"c\" of relation",
        "ADD FOREIGN KEY (source) REFERENCES public.sources|foreign key constraint"
      })
  void rowsThatTheArchiveForbidsByNowStayInTheBin(String change, String why) {
    world.db.execute("CREATE TABLE public.sources (source varchar(100) PRIMARY KEY)");
    world.db.execute("GRANT REFERENCES, SELECT ON public.sources TO archive_owner");
    binned();
    alter(change);

    ArchiveFailure failure = assertRefused();

    assertThat(failure.getMessage())
        .startsWith("2019-05 does not fit into public.scenario_logs_archive any more: ")
        .contains(why);
    assertThat(failure.hint()).startsWith("Change the archive table so that the month fits");
  }

  @Test
  void aColumnThatIsGoneHasToComeBackFirst() {
    world.db.execute("DROP VIEW public.v_scenario_logs_all");
    binned();
    alter("DROP COLUMN message_preview");

    ArchiveFailure failure = assertRefused();

    assertThat(failure.getMessage()).endsWith("the archive has no column message_preview");
    assertThat(failure.hint())
        .startsWith(
            "ALTER TABLE public.scenario_logs_archive ADD COLUMN message_preview character varying(500);");
    // At its old place in the digest there is another column now.
    alter("ADD COLUMN message_preview varchar(500)");
    assertThat(assertRefused().hint()).contains("the order that they had");
  }
}
