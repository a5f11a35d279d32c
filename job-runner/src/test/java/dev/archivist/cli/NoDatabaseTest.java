package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.testing.Archivist;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who forgot DATABASE_URL is told so, and finds no database that nobody asked for. */
class NoDatabaseTest {
  @TempDir Path home;

  @ParameterizedTest
  @ValueSource(strings = {"run --all", "plan", "migrate", "status", "verify", "schedule", "bench"})
  void noCommandMakesOneInPassing(String command) {
    Archivist.Result result = Archivist.in(home).run(command.split(" "));

    BadInputTest.assertRefused(result, 3, "DATABASE_URL is not set", "archivist demo");
    assertThat(result.err()).contains("[ZA014]");
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void doctorSaysItOnce() {
    Archivist.Result result = Archivist.in(home).run("doctor");

    assertThat(result.code()).isEqualTo(3);
    assertThat(result.out())
        .containsOnlyOnce("no database is named: DATABASE_URL is not set")
        .containsOnlyOnce("FAILED");
    assertThat(home.resolve("postgresql")).doesNotExist();
  }
}
