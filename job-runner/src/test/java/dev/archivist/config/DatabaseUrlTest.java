package dev.archivist.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.failure.ArchiveFailure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What psql takes. */
class DatabaseUrlTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "postgresql://u:p%40w@h:5433/d | jdbc:postgresql://h:5433/d | u | p@w",
        "postgres://h/d%20b | jdbc:postgresql://h/d%20b | |",
        "postgresql+asyncpg://u@h/d | jdbc:postgresql://h/d | u |",
        "postgresql://h1:1,h2:2/d?target_session_attrs=read-write | jdbc:postgresql://h1:1,h2:2/d?targetServerType=primary | |",
        "postgresql://h1,h2/d | jdbc:postgresql://h1,h2/d | |",
        "postgresql://[::1]:5433/d | jdbc:postgresql://[::1]:5433/d | |",
        "postgresql:///d?host=h&port=5433&user=u&password=p | jdbc:postgresql://h:5433/d | u | p",
        "postgresql:///d | jdbc:postgresql://localhost/d | |",
        "postgresql://h/d?ssl=true | jdbc:postgresql://h/d?sslmode=require | |",
        "postgresql://h/d?sslmode=verify-full&sslrootcert=/a%20b | jdbc:postgresql://h/d?sslmode=verify-full&sslrootcert=%2Fa%20b | |",
        "postgresql://h/d?connect_timeout=3&application_name=x | jdbc:postgresql://h/d?connectTimeout=3 | |",
        "host=h port=5433 dbname=d user=u password='a b\\'c' | jdbc:postgresql://h:5433/d | u | a b'c",
        "dbname = d  host = 10.0.0.1 | jdbc:postgresql://10.0.0.1/d | |",
        "host=::1 dbname=d | jdbc:postgresql://[::1]/d | |",
        "service=app | jdbc:postgresql:///?service=app | |",
        "postgresql://?service=app | jdbc:postgresql:///?service=app | |",
        "jdbc:postgresql://u:p@h/d | jdbc:postgresql://h/d | u | p",
        "jdbc:postgresql://h/d?sslmode=require | jdbc:postgresql://h/d?sslmode=require | |",
      })
  void takesWhatPsqlTakes(String url, String jdbc, String user, String password) {
    DatabaseUrl parsed = DatabaseUrl.parse(url);

    assertThat(parsed).isEqualTo(new DatabaseUrl(jdbc, user, password, ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "postgresql:///d?host=/run/pg&port=5433",
        "postgresql://%2Frun%2Fpg:5433/d",
        "host=/run/pg port=5433 dbname=d"
      })
  void goesThroughASocketOfTheFileSystem(String url) {
    assertThat(DatabaseUrl.parse(url).jdbcUrl())
        .startsWith("jdbc:postgresql://localhost:5433/d?")
        .contains("socketFactoryArg=%2Frun%2Fpg%2F.s.PGSQL.5433");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "postgresql://h/d?options=-c%20work_mem%3D1MB",
        "host=h dbname=d options='-c work_mem=1MB'",
        "jdbc:postgresql://h/d?options=-c%20work_mem=1MB"
      })
  void keepsSettingsOfTheSessionApart(String url) {
    assertThat(DatabaseUrl.parse(url))
        .isEqualTo(new DatabaseUrl("jdbc:postgresql://h/d", null, null, "-c work_mem=1MB"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "postgresql://u:TOPSECRET@h/d?target_session_attrs=writable | target_session_attrs=writable",
        "postgresql://u:TOPSECRET@h/d?ssl=maybe | ssl=maybe",
        "postgresql://u:TOPSECRET@h/d?sslmode | not name=value",
        "postgresql://u:TOPSECRET%ZZ@h/d | two hexadecimal digits",
        "postgresql://u:TOPSECRET@h:x/d | DATABASE_URL cannot be read",
        "host=h dbname=d password='TOPSECRET | not name=value",
        "h/d | DATABASE_URL cannot be read",
        "postgresql://h | names no database, and PGDATABASE is not set",
        "host=h | names no database, and PGDATABASE is not set"
      })
  void refusesWhatItDoesNotKnowByName(String url, String what) {
    assertThatThrownBy(() -> DatabaseUrl.parse(url))
        .isInstanceOf(ArchiveFailure.class)
        .hasMessageContaining(what)
        .hasMessageNotContaining("SECRET");
  }

  @Test
  void theEnvironmentSaysWhatTheUrlDoesNot() {
    Map<String, String> environment =
        Map.of(
            "PGHOST",
            "eh",
            "PGPORT",
            "5433",
            "PGDATABASE",
            "ed",
            "PGUSER",
            "eu",
            "PGPASSWORD",
            "ep",
            "PGSSLMODE",
            "require",
            "PGOPTIONS",
            "-c work_mem=1MB");

    assertThat(DatabaseUrl.parse("postgresql://", environment))
        .isEqualTo(
            new DatabaseUrl(
                "jdbc:postgresql://eh:5433/ed?sslmode=require", "eu", "ep", "-c work_mem=1MB"));
    assertThat(DatabaseUrl.parse("postgresql://u:p@h:1/d?sslmode=disable", environment))
        .isEqualTo(
            new DatabaseUrl(
                "jdbc:postgresql://h:1/d?sslmode=disable", "u", "p", "-c work_mem=1MB"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PGREQUIREAUTH",
        "PGREQUIREPEER",
        "PGREQUIRESSL",
        "PGSSLCRL",
        "PGSSLCRLDIR",
        "PGSSLCERTMODE",
        "PGSSLMINPROTOCOLVERSION",
        "PGSSLMAXPROTOCOLVERSION",
        "PGHOSTADDR"
      })
  void refusesByNameWhatItCannotDoOfTheEnvironment(String variable) {
    Map<String, String> environment = Map.of(variable, "TOPSECRET");
    for (String url : List.of("postgresql://h/d", "host=h dbname=d")) {
      assertThatThrownBy(() -> DatabaseUrl.parse(url, environment))
          .isInstanceOf(ArchiveFailure.class)
          .hasMessageContaining("nobody here knows: " + variable)
          .hasMessageNotContaining("SECRET");
      assertThat(DatabaseUrl.parse(url, Map.of(variable, ""))).isEqualTo(DatabaseUrl.parse(url));
    }
    assertThat(DatabaseUrl.parse("jdbc:postgresql://h/d", environment).jdbcUrl())
        .as("where no variable of libpq counts")
        .isEqualTo("jdbc:postgresql://h/d");
  }

  @Test
  void takesWhatProtectsFromTheEnvironment() {
    assertThat(
            DatabaseUrl.parse("postgresql://h/d", Map.of("PGCHANNELBINDING", "require")).jdbcUrl())
        .endsWith("?channelBinding=require");
    assertThat(DatabaseUrl.parse("postgresql://h/d", Map.of("PGGSSENCMODE", "require")).jdbcUrl())
        .endsWith("?gssEncMode=require");
    assertThat(
            DatabaseUrl.parse("postgresql://h/d", Map.of("PGSSLNEGOTIATION", "direct")).jdbcUrl())
        .endsWith("?sslNegotiation=direct");
  }

  @Test
  void showsASocketAsPeopleWriteIt() {
    assertThat(DatabaseUrl.parse("postgresql://u:TOPSECRET@/d?host=/run/p%20g&port=5433"))
        .hasToString("postgresql:///d?host=/run/p g&port=5433 as u");
  }

  @Test
  void aNamedDatabaseIsNeverSilentlyTheEmbeddedOne() {
    assertThat(Settings.of(Map.of("PGHOST", "h", "PGSERVICE", "s", "PGUSER", "u")).unheeded())
        .hasValueSatisfying(note -> assertThat(note).startsWith("PGSERVICE, PGHOST do not count"));
    assertThat(Settings.of(Map.of("PGHOST", "h", "DATABASE_URL", "postgresql:///d")).unheeded())
        .isEmpty();
    assertThat(Settings.of(Map.of("PGUSER", "u")).unheeded()).isEmpty();
  }
}
