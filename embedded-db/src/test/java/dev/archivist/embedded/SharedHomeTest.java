package dev.archivist.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A home that programs share which do not see each other's processes, as containers do. */
class SharedHomeTest {
  private static final List<String> CONTAINER =
      List.of("unshare", "--pid", "--fork", "--mount-proc");

  @TempDir Path parent;
  private EmbeddedServer server;
  private String postmaster;

  @BeforeEach
  void startServer() throws Exception {
    server = EmbeddedServer.start(config());
    execute("create table kept as select generate_series(1, 1000) as number");
    postmaster = Files.readString(postmasterFile());
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void aServerThatCanBeReachedIsUsedThoughItsProcessCannotBeSeen() throws Exception {
    assertThat(inContainer("insert into kept values (1001)")).isEqualTo("ran on " + server.port());

    assertNothingIsLost(1001);
  }

  @Test
  void aServerThatCannotBeReachedIsNotStartedAgain() throws Exception {
    assertThat(inContainer("insert into kept values (1001)", "--net"))
        .contains("where this program cannot reach it, as in another container");

    assertNothingIsLost(1000);
  }

  /** The same on machines that permit no namespaces: a process id of nobody. */
  @Test
  void aServerOfAnotherNameIsJoinedOrRefusedButNeverRemoved() throws Exception {
    List<String> lines = new ArrayList<>(postmaster.lines().toList());
    lines.set(0, "999999999");
    String elsewhere = String.join("\n", lines) + "\n";
    Files.writeString(postmasterFile(), elsewhere);
    try {
      try (EmbeddedServer joined = EmbeddedServer.start(config())) {
        assertThat(joined.isStartedHere()).isFalse();
        assertThat(joined.port()).isEqualTo(server.port());
      }
      assertThat(EmbeddedServer.running(config()))
          .map(EmbeddedServer::port)
          .contains(server.port());
      assertThatThrownBy(() -> EmbeddedServer.stop(config()))
          .isInstanceOf(EmbeddedServerException.class)
          .hasMessageContaining("where this program cannot reach it");
      assertThat(Files.readString(postmasterFile())).isEqualTo(elsewhere);
    } finally {
      Files.writeString(postmasterFile(), postmaster);
    }
    assertNothingIsLost(1000);
  }

  @Test
  void theNextServerStartsWhenTheLastIsGone() throws Exception {
    server.close();
    assertThat(home().serverLock().isHeld()).isFalse();
    server = EmbeddedServer.startDetached(config());
    assertThat(server.isStartedHere()).isTrue();
    assertThat(home().serverLock().isHeld()).isTrue();
    assertThat(count()).isEqualTo(1000);

    assertThat(EmbeddedServer.stop(config())).isTrue();
    assertThat(home().serverLock().isHeld()).isFalse();
  }

  private void assertNothingIsLost(int rows) throws Exception {
    assertThat(Files.readString(postmasterFile())).isEqualTo(postmaster);
    assertThat(count()).isEqualTo(rows);
    server.close();
    server = EmbeddedServer.start(config());
    assertThat(server.isStartedHere()).isTrue();
    assertThat(count()).isEqualTo(rows);
  }

  /** What another program says that starts a server here and runs a statement. */
  private String inContainer(String sql, String... more) throws Exception {
    List<String> command = new ArrayList<>(CONTAINER);
    if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
      command.add("--map-root-user");
    }
    command.addAll(List.of(more));
    List<String> probe = new ArrayList<>(command);
    probe.add("true");
    assumeTrue(
        new ProcessBuilder(probe).start().waitFor() == 0, "this machine permits no namespaces");
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            SharedHomeTest.class.getName(),
            config().home().toString(),
            sql));
    Path output = parent.resolve("output");
    new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start()
        .waitFor();
    return Files.readString(output).strip();
  }

  /** Arguments: the home directory, and a statement. */
  public static void main(String[] args) throws Exception {
    try (EmbeddedServer server = EmbeddedServer.start(EmbeddedServer.Config.in(Path.of(args[0])));
        Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute(args[1]);
      System.out.println("ran on " + server.port());
    } catch (EmbeddedServerException e) {
      System.out.println(e.getMessage());
    }
  }

  private EmbeddedServer.Config config() {
    return EmbeddedServer.Config.in(parent.resolve("home"));
  }

  private HomeDirectory home() {
    return HomeDirectory.open(config().home());
  }

  private Path postmasterFile() throws IOException {
    return Postmaster.file(home().dataDirectory());
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private int count() throws SQLException {
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("select count(distinct number) from kept")) {
      result.next();
      return result.getInt(1);
    }
  }
}
