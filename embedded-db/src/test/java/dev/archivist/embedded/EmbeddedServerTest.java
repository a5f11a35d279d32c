package dev.archivist.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedServerTest {
  @TempDir Path parent;

  @Test
  void serves_a_database_with_every_promise_of_durability() throws Exception {
    try (EmbeddedServer server = EmbeddedServer.start(config())) {
      server.createDatabaseIfMissing("archive of \"old\" rows");
      server.createDatabaseIfMissing("archive of \"old\" rows");
      try (Connection connection = server.connect("archive of \"old\" rows")) {
        assertThat(query(connection, "show fsync")).isEqualTo("on");
        assertThat(query(connection, "show synchronous_commit")).isEqualTo("on");
        assertThat(query(connection, "show full_page_writes")).isEqualTo("on");
        assertThat(query(connection, "show server_encoding")).isEqualTo("UTF8");
        assertThat(query(connection, "show lc_collate")).isEqualTo("C");
        assertThat(query(connection, "show log_timezone")).isEqualTo("UTC");
        assertThat(query(connection, "show listen_addresses")).isEqualTo("127.0.0.1");
      }
    }
  }

  @Test
  void lets_nobody_in_without_the_password() throws Exception {
    try (EmbeddedServer server = EmbeddedServer.start(config())) {
      String url = server.jdbcUrl("postgres");
      DriverManager.getConnection(url, server.user(), server.password()).close();
      assertThatThrownBy(() -> DriverManager.getConnection(url, server.user(), "guess"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
      assertThat(Files.getPosixFilePermissions(home().resolve("password")))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
  }

  @Test
  void keeps_the_data_when_it_is_stopped_and_started_again() throws Exception {
    try (EmbeddedServer server = EmbeddedServer.start(config())) {
      remember(server, 42);
      server.close();
      assertThat(running()).isFalse();
    }
    try (EmbeddedServer server = EmbeddedServer.start(config())) {
      assertThat(remembered(server)).containsExactly(42);
    }
  }

  @Test
  void attaches_to_the_server_that_runs_already_and_leaves_it_running() throws Exception {
    try (EmbeddedServer first = EmbeddedServer.start(config())) {
      try (EmbeddedServer second = EmbeddedServer.start(config())) {
        assertThat(second.pid()).isEqualTo(first.pid());
        assertThat(second.port()).isEqualTo(first.port());
        assertThat(second.isStartedHere()).isFalse();
      }
      remember(first, 1);
      assertThat(EmbeddedServer.running(config()).orElseThrow().pid()).isEqualTo(first.pid());
    }
    assertThat(EmbeddedServer.running(config())).isEmpty();
  }

  @Test
  void starts_one_server_when_many_start_at_the_same_moment() {
    List<CompletableFuture<EmbeddedServer>> starts =
        Stream.generate(() -> CompletableFuture.supplyAsync(() -> EmbeddedServer.start(config())))
            .limit(3)
            .toList();
    List<EmbeddedServer> servers = starts.stream().map(CompletableFuture::join).toList();
    try {
      assertThat(servers.stream().map(EmbeddedServer::pid).distinct()).hasSize(1);
      assertThat(servers.stream().filter(EmbeddedServer::isStartedHere)).hasSize(1);
    } finally {
      servers.forEach(EmbeddedServer::close);
    }
  }

  @Test
  void takes_settings_that_win_over_its_own() throws Exception {
    EmbeddedServer.Config config =
        config().withSetting("fsync", "off").withSetting("max_connections", "7");
    try (EmbeddedServer server = EmbeddedServer.start(config);
        Connection connection = server.connect("postgres")) {
      assertThat(query(connection, "show fsync")).isEqualTo("off");
      assertThat(query(connection, "show max_connections")).isEqualTo("7");
    }
  }

  @Test
  void finishes_what_an_interrupted_first_start_left() throws Exception {
    Path unfinished = Files.createDirectories(home().resolve("pgdata.new-123"));
    Files.writeString(unfinished.resolve("PG_VERSION"), "15");
    Files.createDirectory(home().resolve("pgdata"));
    try (EmbeddedServer server = EmbeddedServer.start(config())) {
      remember(server, 1);
    }
    assertThat(unfinished).doesNotExist();
  }

  @Test
  void touches_no_directory_that_holds_something_else() throws Exception {
    Path letter = Files.createDirectories(home().resolve("pgdata")).resolve("letter.txt");
    Files.writeString(letter, "dear all");
    assertThatThrownBy(() -> EmbeddedServer.start(config()))
        .isInstanceOf(EmbeddedServerException.class)
        .hasMessageContaining("holds files but no PG_VERSION");
    assertThat(letter).hasContent("dear all");
  }

  @Test
  void says_why_it_cannot_start_and_what_to_do() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      EmbeddedServer.Config config = config().withPort(taken.getLocalPort());
      assertThatThrownBy(() -> EmbeddedServer.start(config))
          .isInstanceOfSatisfying(
              EmbeddedServerException.class,
              e -> {
                assertThat(e).hasMessageContaining("could not bind IPv4 address");
                assertThat(e.hint()).contains("port " + taken.getLocalPort());
              });
    }
    assertThat(running()).isFalse();
  }

  @Test
  void names_the_installation_that_is_none() {
    EmbeddedServer.Config config = config().withBinaries(parent);
    assertThatThrownBy(() -> EmbeddedServer.start(config))
        .isInstanceOf(EmbeddedServerException.class)
        .hasMessage("no postgresql installation at " + parent);
  }

  private Path home() {
    return parent.resolve("a home with spaces");
  }

  private EmbeddedServer.Config config() {
    return EmbeddedServer.Config.in(home());
  }

  private boolean running() {
    return HomeDirectory.open(home()).runningServer().isPresent();
  }

  private static void remember(EmbeddedServer server, int number) throws SQLException {
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("create table if not exists memory (number int)");
      statement.execute("insert into memory values (" + number + ")");
    }
  }

  private static List<Integer> remembered(EmbeddedServer server) throws SQLException {
    try (Connection connection = server.connect("postgres")) {
      return Stream.of(query(connection, "select string_agg(number::text, ',') from memory"))
          .flatMap(numbers -> Stream.of(numbers.split(",", -1)))
          .map(Integer::valueOf)
          .toList();
    }
  }

  private static String query(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    }
  }
}
