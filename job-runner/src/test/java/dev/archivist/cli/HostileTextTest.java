package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.archivist.testing.Archivist;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What applications and operators stored is shown at a terminal and does nothing there. */
class HostileTextTest {
  /** Clears the screen, names the window, goes back on the line, turns the order of letters. */
  private static final String HOSTILE =
      "a\u001b[2J\u001b]0;b\u0007\u009b31m\r\u202eb\narchivist: all rows are gone";

  @TempDir static Path home;

  private static TestDatabase db;
  private static Archivist archivist;

  @BeforeAll
  static void storeHostileText() {
    db = TestDatabase.migrated();
    LiveData.logs(db, 30);
    LiveData.report(db, HOSTILE + ".pdf", 500);
    db.rows("SELECT archive.hold('logs', matching => '{\"source\": \"x\"}', reason => ?)", HOSTILE);
    db.execute("CREATE FUNCTION public.shown(int) RETURNS int LANGUAGE sql AS 'SELECT 1'");
    db.rows("SELECT archive.trust('public.shown(int)', ?)", HOSTILE);
    // The archive refuses this row; PostgreSQL's message has the value.
    db.execute(
        "ALTER TABLE public.scenario_logs_archive ADD CONSTRAINT \""
            + HOSTILE
            + "\" CHECK (source <> 'z')",
        "UPDATE public.scenario_logs SET source = 'z' WHERE received_at = (SELECT min(received_at) FROM public.scenario_logs)");
    archivist = Archivist.on(db, home);
    archivist.run("run", "--all");
  }

  @AfterAll
  static void dropDatabase() {
    db.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plan --all",
        "run --all",
        "run --all --json",
        "status",
        "status --json",
        "hold list",
        "hold list --json",
        "trust list",
        "audit",
        "audit --json",
        "verify --all",
        "purge --all --dry-run",
        "doctor",
        "hold add --policy logs --reason ok --where source=" + HOSTILE,
        "hold add --policy logs --reason ok --where " + HOSTILE + "=1",
        "run " + HOSTILE,
      })
  void isShownAndDoesNothing(String line) {
    Archivist.Result result = archivist.run(words(line));

    assertHarmless(result.out());
    assertHarmless(result.err());
  }

  /** The words of a line; what is hostile is one of them. */
  private static String[] words(String line) {
    return List.of(line.replace(HOSTILE, "\u0000").split(" ")).stream()
        .map(word -> word.replace("\u0000", HOSTILE))
        .toArray(String[]::new);
  }

  private static void assertHarmless(String text) {
    assertThat(text).doesNotContainPattern("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\u202a-\u202e]");
    assertThat(text.lines()).noneMatch(shown -> shown.startsWith("archivist: all rows"));
  }

  @Test
  void isKeptInJson() throws Exception {
    String out = archivist.run("sql", "--json", "SELECT reason FROM archive.holds").out();

    assertHarmless(out);
    assertThat(new ObjectMapper().readTree(out).get(0).get("reason"))
        .hasToString(new ObjectMapper().writeValueAsString(HOSTILE));
  }

  @Test
  void isShownByTheProgramItself() {
    assertThat(archivist.run("status").out()).contains("\\u001b[2J").contains("\\narchivist: all");
  }
}
