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
