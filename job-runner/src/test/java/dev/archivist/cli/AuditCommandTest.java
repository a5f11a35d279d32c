package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.testing.Archivist;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditCommandTest {
  @TempDir Path home;

  @Test
  void fitsAScreenWhateverIsLongAndJsonHasAll() {
    try (TestDatabase db = TestDatabase.migrated()) {
      LiveData.logs(db, 30);
      String name = "a_policy_whose_name_is_rather_long";
      String reason = "because of 🗄 " + "x".repeat(200);
      Archivist archivist = Archivist.on(db, home);
      assertThat(archivist.run("run", "--logs").code()).isZero();
      db.execute(
          "UPDATE archive.policies SET name = '" + name + "' WHERE name = 'reports'",
          "SELECT archive.hold('metrics', to_time => '2000-01-01', reason => '" + reason + "')",
          "SELECT archive.hold('" + name + "', to_time => '2000-01-01', reason => 'r')");

      Archivist.Result text = archivist.run("audit");

      assertThat(text.out().lines())
          .hasSizeGreaterThan(10)
          .allMatch(line -> line.codePointCount(0, line.length()) <= 80);
      assertThat(text.out())
          .contains("run completed", "hold made", "a_policy_whos…", "    {\"", "because of 🗄 xx");
      assertThat(archivist.run("audit", "--json").out()).contains(name, reason);
    }
  }
}
