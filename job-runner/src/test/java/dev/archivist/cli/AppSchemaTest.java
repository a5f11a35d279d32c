package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.testing.Archivist;
import dev.archivist.testing.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The application's schema may have any name, and be one of several. */
class AppSchemaTest {
  @TempDir Path home;
  private TestDatabase db;

  @BeforeEach
  void createDatabase() {
    db = TestDatabase.empty();
  }

  @AfterEach
  void dropDatabase() {
    db.close();
  }

  private String done(String schema, String... arguments) {
    Archivist.Result result =
        Archivist.on(db, home).with("ARCHIVE_APP_SCHEMA", schema).run(arguments);
    assertThat(result.code())
        .as("%s%n%s%s", List.of(arguments), result.out(), result.err())
        .isZero();
    return result.out();
  }

  private long count(String schema, String relation) {
    return db.number("SELECT count(*) FROM \"%s\".%s".formatted(schema, relation));
  }

  private void log(String schema, String age) {
    db.execute(
        """
        INSERT INTO "%s".scenario_logs (scenario_id, received_at, message_hash, source, size_bytes,
          has_pii, token_count, sqs_blocks)
        VALUES (gen_random_uuid(), now() - interval '%s', 'a', 'b', 1, false, 1, 1)
        """
            .formatted(schema, age));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select",
        "Bestellungen & S\u00f6hne, {app_schema} $1 --",
        "a_name_of_sixty_three_bytes____________________________________"
      })
  void everythingGoesInASchemaOfAnyName(String schema) {
    db.execute("CREATE SCHEMA \"%s\"".formatted(schema));
    db.execute("CREATE TABLE public.scenario_logs (received_at timestamptz)");
    db.execute("INSERT INTO public.scenario_logs VALUES ('2001-01-01')");

    done(schema, "migrate", "--preset", "scenario");
    log(schema, "3 years");
    log(schema, "1 day");

    assertThat(done(schema, "plan", "--logs")).contains("1 row");
    done(schema, "run", "--all");
    assertThat(count(schema, "scenario_logs")).isEqualTo(1);
    assertThat(count(schema, "scenario_logs_archive")).isEqualTo(1);
    assertThat(count(schema, "v_scenario_logs_all")).isEqualTo(2);
    assertThat(count(schema, "archive_jobs")).isEqualTo(3);
    assertThat(done(schema, "status")).contains(schema + ".scenario_logs");
    done(schema, "verify", "--all");
    done(schema, "doctor");
    done(schema, "restore", "--policy", "logs", "--from", "2001-01-01", "--to", "2100-01-01");
    assertThat(count(schema, "scenario_logs")).isEqualTo(2);
    done(schema, "migrate");
    assertThat(db.number("SELECT count(*) FROM public.scenario_logs")).isEqualTo(1);
    done(schema, "uninstall", "--yes");
    assertThat(count(schema, "scenario_logs")).isEqualTo(2);
  }
}
