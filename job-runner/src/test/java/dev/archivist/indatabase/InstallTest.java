package dev.archivist.indatabase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.engine.ArchiveFunctions;
import dev.archivist.testing.Archivist;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.NeedsPlJava;
import dev.archivist.testing.PlJavaCluster;
import dev.archivist.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code migrate}, {@code doctor} and {@code uninstall} do to a server that has PL/Java. */
@NeedsPlJava
class InstallTest {
  private static final int ENVIRONMENT = 3;
  private static final int HELD = 4;

  @TempDir Path home;
  private TestDatabase db;
  private Archivist archivist;

  @BeforeEach
  void createEmptyDatabase() {
    db = TestDatabase.empty(PlJavaCluster.shared().orElseThrow());
    archivist = Archivist.on(db, home);
  }

  @AfterEach
  void dropDatabase() {
    db.close();
  }

  @Test
  void migrateCreatesTheExtensionAndLoadsTheEngineWithItsHashAndVersion() throws Exception {
    Archivist.Result result = archivist.run("migrate");

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("engine: in-database").doesNotContain("must reconnect");
    byte[] loaded = loadedJar();
    assertThat(db.rows("SELECT sha256, bytes FROM archive.engine_jar"))
        .containsExactly(List.of(sha256(loaded), Integer.toString(loaded.length)));
    assertThat(db.value("SELECT name FROM archive.engine_jar"))
        .isEqualTo("archivist_engine_" + sha256(loaded).substring(0, 12))
        .isEqualTo(db.value("SELECT sqlj.get_classpath('archive')"));
    assertThat(db.value("SELECT version FROM archive.engine_jar")).matches("\\d+\\.\\d+.*");
    assertThat(languageOf("archive.run_batch(uuid)")).isEqualTo("java");
  }

  @Test
  void aSecondMigrateChangesNothing() {
    archivist.run("migrate");
    String history = history();

    Archivist.Result again = archivist.run("migrate");

    assertThat(again.code()).isZero();
    assertThat(again.out()).contains("up to date").doesNotContain("must reconnect");
    assertThat(history()).isEqualTo(history);
  }

  @Test
  void aMigrationThatFailsLeavesAnEmptyDatabaseEmpty() {
    db.execute("CREATE TABLE public.v_archive_growth (mine int)");

    Archivist.Result result = archivist.run("migrate");

    assertThat(result.code()).isNotZero();
    assertThat(result.err()).contains("v_archive_growth");
    assertThat(db.rows("SELECT extname FROM pg_extension WHERE extname = 'pljava'")).isEmpty();
    assertThat(schemas()).isEqualTo("public");
    assertThat(
            db.value(
                "SELECT string_agg(relname, ',') FROM pg_class WHERE relnamespace = 'public'::regnamespace"))
        .isEqualTo("v_archive_growth");
  }

  @Test
  void aFunctionThatCannotBeReplacedKeepsTheJarOut() {
    archivist.run("migrate", "--host", "runner");
    db.execute(
        "DROP FUNCTION archive.plan(text)",
        "CREATE FUNCTION archive.plan(policy text) RETURNS integer LANGUAGE sql AS 'SELECT 1'");
    String history = history();

    Archivist.Result result = archivist.run("migrate", "--host", "in-database");

    assertThat(result.code()).isNotZero();
    assertThat(result.err()).contains("return type");
    assertThat(history()).isEqualTo(history);
    assertThat(schemas()).isEqualTo("archive,archive_bin,public");
    assertThat(db.rows("SELECT * FROM archive.engine_jar")).isEmpty();
    assertThat(languageOf("archive.run_batch(uuid)")).isEqualTo("plpgsql");
  }

  @Test
  void theEngineMovesBetweenTheHostsAndBack() {
    archivist.run("migrate", "--preset", "scenario", "--host", "runner");
    assertThat(languageOf("archive.plan(text)")).isEqualTo("plpgsql");
    assertThat(db.rows("SELECT FROM pg_extension WHERE extname = 'pljava'")).isEmpty();

    assertThat(archivist.run("migrate", "--host", "auto").out()).contains("engine: in-database");
    assertThat(languageOf("archive.plan(text)")).isEqualTo("java");
    assertThat(db.value("SELECT archive.plan('logs') ->> 'policy'")).isEqualTo("logs");

    assertThat(archivist.run("migrate", "--host", "runner").out()).contains("engine: runner");
    assertThat(languageOf("archive.plan(text)")).isEqualTo("plpgsql");
    LiveData.logs(db, 300);
    assertThat(archivist.run("run", "--logs").code()).isZero();

    assertThat(archivist.run("migrate", "--host", "in-database").out())
        .contains("engine: in-database");
    LiveData.logs(db, 300);
    assertThat(archivist.run("run", "--logs").code()).isZero();
    assertThat(db.rows("SELECT host, status FROM archive_jobs ORDER BY created_at").toString())
        .isEqualTo("[[runner, completed], [in-database, completed]]");
  }

  @Test
  void anExtensionThatWasDroppedWithEverythingIsMadeAgain() {
    archivist.run("migrate", "--preset", "scenario");
    db.execute("DROP EXTENSION pljava CASCADE");

    Archivist.Result result = archivist.run("migrate");

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(db.value("SELECT archive.plan('logs') ->> 'policy'")).isEqualTo("logs");
  }

  @Test
  void whereJavaCannotBeFoundTheStatementThatHelpsIsNamedAndTheRunnerIsTheHost() {
    db.execute(
        "ALTER DATABASE " + db.name() + " SET pljava.libjvm_location = '/nowhere/libjvm.so'");
    String statement = "ALTER DATABASE \"" + db.name() + "\" SET pljava.libjvm_location = '/";

    Archivist.Result result = archivist.run("migrate");

    assertThat(result.code()).isZero();
    assertThat(result.out())
        .contains("engine: runner")
        .contains("'/nowhere/libjvm.so'")
        .contains(statement);
    assertThat(db.rows("SELECT FROM pg_extension WHERE extname = 'pljava'")).isEmpty();
    assertThat(schemas()).isEqualTo("archive,archive_bin,public");
    assertThat(archivist.run("doctor").out()).contains(statement);
  }

  @Test
  void whereJavaCannotBeFoundAnEngineThatMustBeInTheDatabaseIsRefusedWithoutATrace() {
    db.execute(
        "ALTER DATABASE " + db.name() + " SET pljava.libjvm_location = '/nowhere/libjvm.so'");

    Archivist.Result result = archivist.run("migrate", "--host", "in-database");

    assertThat(result.code()).isEqualTo(ENVIRONMENT);
    assertThat(result.err()).contains("[ZA014]").contains("ALTER DATABASE");
    assertThat(schemas()).isEqualTo("public");
  }

  @Test
  void theStatementThatDoctorNamesHelps() {
    db.execute(
        "ALTER DATABASE " + db.name() + " SET pljava.libjvm_location = '/nowhere/libjvm.so'");
    String hint = archivist.run("migrate").out();
    String statement =
        hint.substring(
            hint.indexOf("ALTER DATABASE"), hint.indexOf(';', hint.indexOf("ALTER DATABASE")) + 1);
    Assumptions.assumeFalse(
        statement.contains("/path/to/"), "this machine's Java is where nobody looks");

    db.execute(statement);

    assertThat(archivist.run("migrate").out()).contains("engine: in-database");
  }

  @Test
  void aRoleThatIsNoSuperuserStaysWithTheRunnerAndIsToldWhatASuperuserMustDo() {
    Archivist weak = asOwnerOfTheDatabase();

    Archivist.Result result = weak.run("migrate");

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("engine: runner")
        .contains("only a superuser")
        .contains("ALTER DATABASE \"" + db.name() + "\" SET pljava.libjvm_location")
        .contains("CREATE EXTENSION pljava;");
    assertThat(weak.run("doctor").out()).contains("CREATE EXTENSION pljava;");
    assertThat(weak.run("migrate", "--host", "in-database").code()).isEqualTo(ENVIRONMENT);
  }

  @Test
  void aRoleThatIsNoSuperuserStaysWithTheRunnerEvenWhereTheExtensionIs() {
    Archivist weak = asOwnerOfTheDatabase();
    db.execute("CREATE EXTENSION pljava");

    Archivist.Result result = weak.run("migrate");

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("engine: runner").contains("only a superuser may load");
  }

  @Test
  void aRoleThatIsNoSuperuserLeavesAnEngineThatIsUpToDateWhereItIs() {
    Archivist weak = asOwnerOfTheDatabase();
    weak.run("migrate");
    archivist.run("migrate");

    Archivist.Result result = weak.run("migrate");

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("up to date").contains("engine: in-database");
  }

  @Test
  void aRoleThatIsNoSuperuserDoesNotReplaceAnEngineNorMoveItAway() {
    Archivist weak = asOwnerOfTheDatabase();
    weak.run("migrate");
    archivist.run("migrate");
    db.execute(
        "UPDATE archive.flyway_schema_history SET checksum = 0 WHERE description = '05 engine jar'");

    Archivist.Result result = weak.run("migrate");

    assertThat(result.code()).isEqualTo(ENVIRONMENT);
    assertThat(result.err()).contains("[ZA012]").contains("superuser");
    assertThat(languageOf("archive.plan(text)")).isEqualTo("java");
  }

  @Test
  void doctorSeesAnEngineThatNoLongerStarts() {
    archivist.run("migrate");
    db.execute(
        "ALTER DATABASE " + db.name() + " SET pljava.libjvm_location = '/nowhere/libjvm.so'");

    Archivist.Result result = archivist.run("doctor");

    assertThat(result.code()).isEqualTo(ENVIRONMENT);
    assertThat(result.out()).contains("FAILED   PL/Java").contains("ALTER DATABASE");
  }

  @Test
  void doctorWarnsWhereAnybodyMayLoadCode() {
    archivist.run("migrate");
    assertThat(archivist.run("doctor").out()).contains("OK       PL/Java");
    db.execute("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA sqlj TO PUBLIC");

    assertThat(archivist.run("doctor").out())
        .contains("WARNING  PL/Java")
        .contains("REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA sqlj FROM PUBLIC;");
  }

  @Test
  void doctorSaysThatTheDatabaseCouldHaveTheEngine() {
    archivist.run("migrate", "--host", "runner");

    assertThat(archivist.run("doctor").out())
        .contains("WARNING  PL/Java")
        .contains("archivist migrate --host in-database");
    assertThat(db.rows("SELECT FROM pg_extension WHERE extname = 'pljava'")).isEmpty();
  }

  @Test
  void uninstallTakesFunctionsJarAndViewsAndNoData() {
    archivist.run("migrate", "--preset", "scenario");
    LiveData.logs(db, 600);
    archivist.run("run", "--logs");
    String content = LiveData.conserved(db);

    Archivist.Result result = archivist.run("uninstall", "--yes");

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("gone: jar archivist_engine")
        .contains("left: public.scenario_logs_archive")
        .contains("left: public.archive_jobs")
        .contains("left: extension pljava");
    assertThat(LiveData.conserved(db)).isEqualTo(content);
    assertThat(
            db.number(
                "SELECT count(*) FROM pg_proc WHERE pronamespace = 'archive'::regnamespace"
                    + " AND prorettype <> 'trigger'::regtype"
                    + " AND proowner <> 'archive_auditor'::regrole"))
        .isZero();
    assertThat(db.number("SELECT count(*) FROM pg_views WHERE schemaname = 'public'")).isZero();
    assertThat(db.number("SELECT count(*) FROM sqlj.jar_repository")).isZero();
    assertThat(archivist.run("migrate").out()).contains("engine: in-database");
    assertThat(archivist.run("run", "--logs").code()).isZero();
  }

  @Test
  void uninstallTakesTheJarThatAMoveToTheRunnerLeft() {
    archivist.run("migrate");
    archivist.run("migrate", "--host", "runner");

    assertThat(archivist.run("uninstall", "--yes").out()).contains("gone: jar archivist_engine");
    assertThat(db.number("SELECT count(*) FROM sqlj.jar_repository")).isZero();
  }

  @Test
  void uninstallDoesNothingUnasked() {
    archivist.run("migrate");

    assertThat(archivist.run("uninstall").code()).isEqualTo(2);
    assertThat(languageOf("archive.plan(text)")).isEqualTo("java");
  }

  @Test
  void uninstallDoesNothingWhileAJobRuns() throws Exception {
    archivist.run("migrate", "--preset", "scenario");
    try (Connection job = db.connect();
        Statement statement = job.createStatement()) {
      statement.execute("SELECT archive.begin_job('logs')");

      assertThat(archivist.run("uninstall", "--yes").code()).isEqualTo(HELD);
    }
    assertThat(languageOf("archive.plan(text)")).isEqualTo("java");
  }

  @Test
  void uninstallStopsAtAViewThatSomeoneElseBuiltUpon() {
    archivist.run("migrate");
    db.execute("CREATE VIEW public.mine AS SELECT * FROM public.v_archive_growth");

    Archivist.Result result = archivist.run("uninstall", "--yes");

    assertThat(result.code()).isNotZero();
    assertThat(result.err()).contains("v_archive_growth");
    assertThat(languageOf("archive.plan(text)")).isEqualTo("java");
  }

  /** Owns the database and the right to make roles, as managed databases give it. */
  private Archivist asOwnerOfTheDatabase() {
    String role = db.name() + "_owner";
    db.cluster().createMigrator(db.name(), role, "only-for-this-test");
    return archivist.with("DATABASE_URL", db.cluster().url(db.name(), role, "only-for-this-test"));
  }

  private String languageOf(String routine) {
    return db.value(
        "SELECT l.lanname FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang"
            + " WHERE p.oid = to_regprocedure(?)",
        routine);
  }

  private String schemas() {
    return db.value(
        "SELECT string_agg(nspname, ',' ORDER BY nspname) FROM pg_namespace"
            + " WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'");
  }

  private String history() {
    return db.rows("SELECT * FROM archive.flyway_schema_history ORDER BY installed_rank")
        .toString();
  }

  /** The jar that this program runs with. */
  private static byte[] loadedJar() throws Exception {
    return Files.readAllBytes(
        Path.of(
            ArchiveFunctions.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
