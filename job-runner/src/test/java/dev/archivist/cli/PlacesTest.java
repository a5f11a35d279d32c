package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.config.DatabaseUrl;
import dev.archivist.embedded.EmbeddedServer;
import dev.archivist.testing.Archivist;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.PoolerProxy;
import dev.archivist.testing.TestCluster;
import dev.archivist.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where nothing can be archived, every command that would says so, before it takes a lock. */
class PlacesTest {
  private static final List<List<String>> WRITING =
      List.of(
          List.of("run", "--logs"),
          List.of("restore", "--policy", "logs", "--from", "2020-01-01", "--to", "2021-01-01"),
          List.of("migrate"),
          List.of("schedule"));

  @TempDir Path home;

  private static void assertSaid(Archivist archivist, String what) {
    for (List<String> command : WRITING) {
      Archivist.Result result = archivist.run(command.toArray(String[]::new));

      assertThat(result.code()).as(command + ": " + result.err()).isEqualTo(3);
      assertThat(result.err()).as(command.toString()).contains(what).contains("HINT: ");
    }
    Archivist.Result doctor = archivist.run("doctor");
    assertThat(doctor.code()).isEqualTo(3);
    assertThat(doctor.out()).containsPattern("FAILED   (writes|connection): .*" + what);
  }

  /** A look is a look, also there, and says that it is no more. */
  private static void assertLooksSay(Archivist archivist, String what) {
    for (String command :
        List.of("plan --policy logs", "run --logs --dry-run", "purge --all --dry-run")) {
      Archivist.Result result = archivist.run(command.split(" "));

      assertThat(result.code()).as(command + ": " + result.err()).isZero();
      assertThat(result.err()).as(command).contains("WARNING: ", what);
    }
  }

  /** Where the settings of a session are ignored, names are looked up by whoever set the path. */
  private static void assertReadingIsRefused(Archivist archivist) {
    for (String command :
        List.of("plan --policy logs", "status", "verify --policy logs", "audit")) {
      Archivist.Result result = archivist.run(command.split(" "));

      assertThat(result.code()).as(command + ": " + result.err()).isEqualTo(3);
      assertThat(result.err()).as(command).contains("pooler");
    }
  }

  @Test
  void saysThatTheDatabaseIsReadOnly() {
    try (TestDatabase db = TestDatabase.migrated()) {
      db.execute("ALTER DATABASE " + db.name() + " SET default_transaction_read_only = on");

      assertSaid(Archivist.on(db, home), "read-only for this role");
      assertLooksSay(Archivist.on(db, home), "read-only for this role");
    }
  }

  @Test
  void saysThatTheDatabaseIsAStandby() throws IOException {
    EmbeddedServer.Config config = TestCluster.serverIn(home).withSetting("fsync", "off");
    EmbeddedServer server = EmbeddedServer.start(config);
    TestDatabase db = TestDatabase.withItsOwnSessions(TestCluster.on(server));
    Path data = Path.of(db.value("SHOW data_directory"));
    String database = db.name();
    server.close();
    Files.createFile(data.resolve("standby.signal"));
    try (EmbeddedServer standby = EmbeddedServer.start(config)) {
      Archivist archivist =
          Archivist.in(home.resolve("own"))
              .with(
                  "DATABASE_URL",
                  "%s?user=%s&password=%s"
                      .formatted(standby.jdbcUrl(database), standby.user(), standby.password()));

      assertSaid(archivist, "is a standby");
      assertLooksSay(archivist, "is a standby");
      assertThat(archivist.run("status").code()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void saysThatAPoolerAnswers(boolean ignoring) throws IOException {
    try (TestDatabase db = TestDatabase.migrated()) {
      LiveData.logs(db, 20);
      String url = db.url();
      int port =
          Integer.parseInt(DatabaseUrl.parse(url).jdbcUrl().replaceFirst(".*:(\\d+)/.*", "$1"));
      try (PoolerProxy pooler = new PoolerProxy(port, ignoring)) {
        assertSaid(
            Archivist.in(home).with("DATABASE_URL", url.replace(":" + port, ":" + pooler.port())),
            "pooler");
        assertReadingIsRefused(
            Archivist.in(home).with("DATABASE_URL", url.replace(":" + port, ":" + pooler.port())));
      }
      assertThat(db.number("SELECT count(*) FROM archive.jobs")).isZero();
    }
  }
}
