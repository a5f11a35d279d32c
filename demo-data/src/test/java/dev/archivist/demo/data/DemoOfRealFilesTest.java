package dev.archivist.demo.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.testing.Archivist;
import dev.archivist.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program's {@code demo --data} where this module is on its class path. */
class DemoOfRealFilesTest {
  @TempDir private Path home;
  @TempDir private Path data;

  @Test
  void files_are_loaded_and_archived() throws IOException {
    write("logs/a.log", "yesterday\n2014-04-01 11:13:20 UTC LOG:  one\n");
    write("logs/b.log", "2021-01-01 00:00:00 CET LOG:  two\n");
    write("metrics/cpu.csv", "timestamp,value\n2014-02-14 14:30:00,1\n");
    write("reports/sales-20240228.csv", "a,b\r\n");
    try (TestDatabase db = TestDatabase.migrated()) {
      Archivist.Result demo = Archivist.on(db, home).run("demo", "--data", data.toString());

      assertThat(demo.code()).as(demo.out() + demo.err()).isZero();
      assertThat(demo.out())
          .contains("loading files of " + data)
          .contains("unreadable: logs/a.log:1: ")
          .contains("live + archive: yes")
          .doesNotContain("NO");
      assertThat(db.rows("SELECT message_preview FROM scenario_logs_archive"))
          .hasToString("[[2014-04-01 11:13:20 UTC LOG:  one]]");
      assertThat(db.rows("SELECT message_preview FROM scenario_logs"))
          .hasToString("[[2021-01-01 00:00:00 CET LOG:  two]]");
      assertThat(db.number("SELECT count(*) FROM v_scenario_metrics_all")).isEqualTo(1);
      assertThat(db.number("SELECT count(*) FROM v_reports_all")).isEqualTo(1);
    }
  }

  @Test
  void a_directory_that_is_missing_is_a_usage_error() {
    Archivist.Result demo = Archivist.in(home).run("demo", "--data", "nowhere");

    assertThat(demo.code()).isEqualTo(2);
    assertThat(demo.err())
        .startsWith("archivist: there is no data directory nowhere")
        .contains("HINT: ", "logs/");
    assertThat(home).isEmptyDirectory();
  }

  private void write(String name, String content) throws IOException {
    Path path = data.resolve(name);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }
}
