package dev.archivist.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a server lives when its starter, or the server itself, dies. */
class ServerLifetimeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final String SHORT_LIVED = "short-lived";

  @TempDir Path parent;

  @AfterEach
  void leaveNothingRunning() {
    EmbeddedServer.stop(config());
  }

  @Test
  void ends_when_the_program_that_started_it_is_killed() throws Exception {
    Process holder = startHolder("start");
    Postmaster server = home().runningServer().orElseThrow();
    try (EmbeddedServer attached = EmbeddedServer.start(config());
        Connection connection = attached.connect("postgres")) {
      assertThat(connection.isValid(5)).isTrue();
      holder.destroyForcibly();
      assertThat(Deadline.in(PATIENCE).await(() -> !server.isLive())).isTrue();
    }
  }

  @Test
  void outlives_the_thread_that_started_it() throws Exception {
    try (EmbeddedServer server = startInShortThread();
        Connection connection = server.connect("postgres")) {
      assertThat(home().runningServer()).map(Postmaster::pid).contains(server.pid());
      assertThat(connection.isValid(5)).isTrue();
    }
  }

  @Test
  void outlives_a_killed_program_that_started_it_detached() throws Exception {
    startHolder("detached").destroyForcibly().waitFor();
    Optional<EmbeddedServer> server = EmbeddedServer.running(config());
    assertThat(server).isPresent();
    try (Connection connection = server.get().connect("postgres")) {
      assertThat(connection.isValid(5)).isTrue();
    }
    assertThat(EmbeddedServer.stop(config())).isTrue();
    assertThat(home().runningServer()).isEmpty();
    assertThat(EmbeddedServer.stop(config())).isFalse();
  }

  @Test
  void stays_when_a_detached_server_is_closed_and_ends_when_it_is_stopped() {
    EmbeddedServer server = EmbeddedServer.startDetached(config());
    server.close();
    assertThat(home().runningServer()).map(Postmaster::pid).contains(server.pid());
    assertThat(EmbeddedServer.stop(config())).isTrue();
    assertThat(home().runningServer()).isEmpty();
  }

  @Test
  void stops_nothing_where_nothing_runs() {
    assertThat(EmbeddedServer.stop(config())).isFalse();
    assertThat(config().home()).doesNotExist();
  }

  @Test
  void is_stopped_from_elsewhere_without_disturbing_its_starter() {
    try (EmbeddedServer server = EmbeddedServer.start(config())) {
      assertThat(EmbeddedServer.stop(config())).isTrue();
      assertThatThrownBy(() -> server.connect("postgres")).isInstanceOf(SQLException.class);
    }
  }

  @Test
  void recovers_what_was_committed_before_the_server_was_killed() throws Exception {
    try (EmbeddedServer server = EmbeddedServer.start(config())) {
      execute(server, "create table kept as select generate_series(1, 1000)");
      ProcessHandle.of(server.pid()).orElseThrow().destroyForcibly();
      Postmaster postmaster = Postmaster.of(home().dataDirectory()).orElseThrow();
      assertThat(Deadline.in(PATIENCE).await(() -> !postmaster.isLive())).isTrue();
    }
    assertThat(Postmaster.file(home().dataDirectory())).exists();
    try (EmbeddedServer server = EmbeddedServer.start(config());
        Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("select count(*) from kept")) {
      result.next();
      assertThat(result.getInt(1)).isEqualTo(1000);
    }
  }

  @Test
  void starts_though_the_process_id_of_a_dead_server_belongs_to_someone_else() throws Exception {
    EmbeddedServer.start(config()).close();
    Process someoneElse = new ProcessBuilder("sleep", "600").start();
    Files.writeString(
        Postmaster.file(home().dataDirectory()),
        """
        %d
        %s
        1700000000
        5432

        127.0.0.1
          123456    654321
        ready
        """
            .formatted(someoneElse.pid(), home().dataDirectory()));
    assertThat(EmbeddedServer.stop(config())).isFalse();
    try (EmbeddedServer server = EmbeddedServer.start(config())) {
      execute(server, "select 1");
    } finally {
      someoneElse.destroyForcibly();
    }
  }

  private EmbeddedServer.Config config() {
    return EmbeddedServer.Config.in(parent.resolve("home"));
  }

  private HomeDirectory home() {
    return HomeDirectory.open(config().home());
  }

  private EmbeddedServer startInShortThread() throws InterruptedException {
    EmbeddedServer[] server = new EmbeddedServer[1];
    Thread starter = new Thread(() -> server[0] = EmbeddedServer.start(config()), SHORT_LIVED);
    starter.start();
    starter.join();
    // Java's thread is over a little before the system's, whose end is what the kernel looks at.
    assertThat(Deadline.in(PATIENCE).await(() -> !systemThreads().contains(SHORT_LIVED))).isTrue();
    return server[0];
  }

  /** The names of this JVM's threads as Linux knows them; empty elsewhere. */
  private static List<String> systemThreads() {
    List<String> names = new ArrayList<>();
    Path tasks = Path.of("/proc/self/task");
    if (Files.isDirectory(tasks)) {
      try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
        for (Path thread : threads) {
          names.add(Files.readString(thread.resolve("comm")).strip());
        }
      } catch (IOException e) {
        return List.of(SHORT_LIVED); // a thread ended under our eyes: look again
      }
    }
    return names;
  }

  /** Returns once the holder's server accepts connections. */
  private Process startHolder(String how) throws IOException {
    Path pidFile = parent.resolve("pid");
    Path output = parent.resolve("holder.log");
    Process holder =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    ServerHolder.class.getName(),
                    config().home().toString(),
                    how,
                    pidFile.toString()))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean started = Deadline.in(PATIENCE).await(() -> Files.exists(pidFile) || !holder.isAlive());
    assertThat(started && holder.isAlive()).as(Files.readString(output)).isTrue();
    return holder;
  }

  private static void execute(EmbeddedServer server, String sql) throws SQLException {
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
