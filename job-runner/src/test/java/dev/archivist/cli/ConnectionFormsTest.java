package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.config.DatabaseUrl;
import dev.archivist.db.Database;
import dev.archivist.embedded.EmbeddedServer;
import dev.archivist.testing.Archivist;
import dev.archivist.testing.Program;
import dev.archivist.testing.TestCluster;
import dev.archivist.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every form in which psql is told of a database reaches it. */
class ConnectionFormsTest {
  @TempDir static Path home;
  private static Path sockets;
  private static EmbeddedServer server;
  private static TestDatabase db;
  private static DatabaseUrl url;

  @BeforeAll
  static void startAServerThatListensInADirectory() throws IOException {
    // the path of a socket has 107 bytes at most
    sockets = Files.createTempDirectory(Path.of("/tmp"), "s");
    server =
        EmbeddedServer.start(
            TestCluster.serverIn(home)
                .withSetting("fsync", "off")
                .withSetting("unix_socket_directories", sockets.toString()));
    db = TestDatabase.withItsOwnSessions(TestCluster.on(server));
    url = DatabaseUrl.parse(db.url());
    Files.writeString(
        Path.of(db.value("SHOW hba_file")),
        "local all all scram-sha-256\n",
        StandardOpenOption.APPEND);
    db.value("SELECT pg_reload_conf()");
  }

  @AfterAll
  static void stop() throws IOException {
    db.close();
    server.close();
    Files.deleteIfExists(sockets);
  }

  private static String port() {
    return url.jdbcUrl().replaceFirst(".*:(\\d+)/.*", "$1");
  }

  private static String filled(String form) {
    return form.replace("{user}", url.user())
        .replace("{password}", url.password())
        .replace("{db}", db.name())
        .replace("{port}", port())
        .replace("{sockets}", sockets.toString())
        .replace("{encoded}", sockets.toString().replace("/", "%2F"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://{user}:{password}@{encoded}:{port}/{db}",
        "postgresql:///{db}?host={sockets}&port={port}&user={user}&password={password}",
        "host={sockets} port={port} dbname={db} user={user} password='{password}'",
        "host=127.0.0.1 port={port} dbname={db} user={user} password='{password}' connect_timeout=20",
        "postgresql://{user}:{password}@127.0.0.1:1,127.0.0.1:{port}/{db}?target_session_attrs=read-write"
      })
  void reaches(String form) {
    Archivist.Result result =
        Archivist.in(home).with("DATABASE_URL", filled(form)).run("run", "--all");

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
  }

  @Test
  void reachesByVariablesAndServices() throws IOException {
    Path services =
        Files.writeString(
            home.resolve("services.conf"),
            filled(
                "[app]\nhost=127.0.0.1\nport={port}\ndbname={db}\nuser={user}\npassword={password}\n"));
    for (Map<String, String> variables :
        List.of(
            Map.of("DATABASE_URL", "service=app", "PGSERVICEFILE", services.toString()),
            Map.of(
                "DATABASE_URL",
                "postgresql://",
                "PGSERVICE",
                "app",
                "PGSERVICEFILE",
                services.toString()),
            Map.of(
                "DATABASE_URL", "postgresql://",
                "PGHOST", "127.0.0.1",
                "PGPORT", port(),
                "PGDATABASE", db.name(),
                "PGUSER", url.user(),
                "PGPASSWORD", url.password()))) {
      Archivist archivist = Archivist.in(home);
      for (Map.Entry<String, String> variable : variables.entrySet()) {
        archivist = archivist.with(variable.getKey(), variable.getValue());
      }
      Path output = Files.createTempFile(home, "output", ".txt");
      try (Program program = Program.start(archivist, output, "status")) {
        assertThat(program.exitCode()).as(variables + ": " + program.output()).isZero();
      }
    }
  }

  /** What keeps our sessions safe stays, whatever else the user sets. */
  @Test
  void theUsersSettingsOfTheSessionAreKeptBesideOurs() throws SQLException {
    String options =
        "?options=-c%20work_mem%3D1234kB%20-c%20search_path%3Devil%20-c%20lock_timeout%3D0";
    try (Database database = Database.at(db.settings(), DatabaseUrl.parse(db.url() + options))) {
      database.inSession(
          "test",
          connection -> {
            assertThat(shown(connection, "work_mem")).isEqualTo("1234kB");
            assertThat(shown(connection, "search_path")).isEqualTo("pg_catalog,pg_temp");
            assertThat(shown(connection, "lock_timeout")).isEqualTo("5s");
            assertThat(shown(connection, "idle_in_transaction_session_timeout")).isEqualTo("1min");
            return null;
          });
    }
  }

  private static String shown(Connection connection, String setting) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW " + setting)) {
      row.next();
      return row.getString(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jdbc:postgresql://h/d?sslmod=require | sslmod",
        "postgresql://u:TOPSECRET@h/d?sslmod=require | sslmod",
        "postgresql://u:TOPSECRET@h/d?hostaddr=10.0.0.1 | hostaddr",
        "host=h dbname=d password=TOPSECRET require_auth=none | require_auth"
      })
  void aParameterThatNobodyKnowsIsRefusedByName(String wrong, String name) {
    Archivist.Result result = Archivist.in(home).with("DATABASE_URL", wrong).run("status");

    BadInputTest.assertRefused(result, 3, "nobody here knows: " + name, "DATABASE_URL");
    assertThat(result.err()).doesNotContain("SECRET");
  }

  @Test
  void aVariableThatNobodyKnowsIsRefusedByName() {
    Archivist.Result result =
        Archivist.in(home)
            .with("DATABASE_URL", "postgresql://h/d")
            .with("PGREQUIREAUTH", "scram-sha-256")
            .run("status");

    BadInputTest.assertRefused(
        result, 3, "nobody here knows: PGREQUIREAUTH", "Unset PGREQUIREAUTH for archivist");
  }

  @Test
  void variablesOfPsqlWithoutAUrlAreSaidNotToCount() {
    assertThat(Archivist.in(home).with("PGHOST", "db.example").run("config").err())
        .contains("NOTE: PGHOST does not count without DATABASE_URL");
  }
}
