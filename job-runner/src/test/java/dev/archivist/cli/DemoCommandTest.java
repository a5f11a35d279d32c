package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.testing.Archivist;
import dev.archivist.testing.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
  private static final String[] SMALL = {
    "demo", "--logs", "300", "--metrics", "0", "--reports", "0"
  };

  @TempDir Path home;

  @Test
  void runsNoCodeOfOthers() {
    try (TestDatabase db = TestDatabase.migrated()) {
      String app = db.name() + "_app";
      db.execute(
          "CREATE ROLE " + app,
          "ALTER TABLE public.scenario_logs OWNER TO " + app,
          "CREATE SEQUENCE public.calls",
          "GRANT CREATE ON SCHEMA public TO " + app,
          "SET ROLE " + app,
          "CREATE FUNCTION public.evil() RETURNS trigger LANGUAGE plpgsql SECURITY INVOKER AS $$"
              + " BEGIN PERFORM nextval('public.calls'); RETURN NEW; END $$",
          "CREATE TRIGGER evil AFTER INSERT ON public.scenario_logs FOR EACH ROW EXECUTE FUNCTION public.evil()");

      Archivist.Result demo = Archivist.on(db, home).run(SMALL);

      assertThat(demo.code()).as(demo.out()).isEqualTo(3);
      assertThat(demo.err()).contains("evil", "which role " + app + " may replace", "ZA004");
      assertThat(db.value("SELECT is_called FROM public.calls")).isEqualTo("f");
      assertThat(db.number("SELECT count(*) FROM public.scenario_logs")).isZero();
      db.execute("RESET ROLE", "DROP OWNED BY " + app + " CASCADE", "DROP ROLE " + app);
    }
  }

  @Test
  void addsNothingToWhatAnEarlierDemoLeftUnlessItIsForced() {
    try (TestDatabase db = TestDatabase.migrated()) {
      Archivist archivist = Archivist.on(db, home);
      assertThat(archivist.run(SMALL).out()).contains("live + archive: yes");
      db.execute("DELETE FROM public.scenario_logs"); // else a database in use is refused
      long archived = db.number("SELECT count(*) FROM public.scenario_logs_archive");
      assertThat(archived).isPositive();

      Archivist.Result second = archivist.run(SMALL);

      assertThat(second.code()).as(second.err()).isZero();
      assertThat(second.out())
          .contains("nothing is loaded: ", "to start afresh: ", "archivist demo --force")
          .contains("live + archive: yes");
      assertThat(db.number("SELECT count(*) FROM public.scenario_logs_archive"))
          .isEqualTo(archived);

      String[] forced = {"demo", "--force", "--logs", "300", "--metrics", "0", "--reports", "0"};
      assertThat(archivist.run(forced).code()).isZero();
      assertThat(db.number("SELECT count(*) FROM public.scenario_logs_archive"))
          .isGreaterThan(archived);
    }
  }
}
