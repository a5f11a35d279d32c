package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.embedded.EmbeddedServer;
import dev.archivist.testing.Archivist;
import dev.archivist.testing.PgBouncer;
import dev.archivist.testing.PoolerProxy;
import dev.archivist.testing.TestCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every command does in every place: as whom it logs in, what is between it and the server,
 * and whether that is a standby. It fills {@code target/environments-<version>.txt}; no cell of it
 * is a surprise.
 */
class EnvironmentMatrixTest {
  private static final String PASSWORD = "only-for-this-test";

  /** Who migrates and runs. */
  private enum Who {
    /** Makes databases and roles, and so Archivist's; nobody is a superuser. */
    MANAGED,
    /** Owns the database and may make roles; Archivist's were made before. */
    OWNER,
    SUPERUSER;

    String database() {
      return "of_" + name().toLowerCase(Locale.ROOT);
    }
  }

  private enum Does {
    WRITE,
    READ,
    /** Whether the others can write. */
    CHECK,
    /** What the user says, in a session with the user's settings. */
    AS_TOLD
  }

  private enum Way {
    DIRECT,
    SESSION_POOLER,
    TRANSACTION_POOLER
  }

  private record Command(Does does, String... arguments) {
    String name() {
      return arguments[0]
          + (arguments.length > 1 && !arguments[1].startsWith("-") ? " " + arguments[1] : "");
    }

    int expected(int writing, int reading) {
      return switch (does) {
        case WRITE, CHECK -> writing;
        case READ -> reading;
        case AS_TOLD -> 0;
      };
    }
  }

  /** In an order in which each has something to do on a primary. */
  private static final List<Command> COMMANDS =
      List.of(
          new Command(Does.WRITE, "migrate", "--host", "runner", "--preset", "scenario"),
          new Command(Does.READ, "plan", "--policy", "logs"),
          new Command(Does.WRITE, "run", "--logs"),
          new Command(Does.READ, "verify", "--policy", "logs"),
          new Command(Does.READ, "status"),
          new Command(Does.READ, "audit"),
          new Command(Does.WRITE, "hold", "add", "--policy", "logs", "--reason", "a case"),
          new Command(Does.READ, "hold", "list"),
          new Command(Does.WRITE, "purge", "--logs"),
          new Command(Does.READ, "bin", "list"),
          new Command(
              Does.WRITE,
              "restore",
              "--policy",
              "logs",
              "--from",
              "2020-01-01",
              "--to",
              "2020-02-01"),
          new Command(Does.CHECK, "doctor"),
          new Command(Does.AS_TOLD, "sql", "SELECT 1"));

  @TempDir Path home;
  private final Map<String, List<Integer>> table = new LinkedHashMap<>();
  private final List<String> surprises = new ArrayList<>();

  private static void execute(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  /** As a managed service, or a careful administrator, hands databases out. */
  private static void hand(EmbeddedServer server, Who who) throws SQLException {
    try (Connection superuser = server.connect("postgres")) {
      boolean hasOptions = superuser.getMetaData().getDatabaseMajorVersion() >= 16;
      switch (who) {
        case MANAGED ->
            execute(
                superuser,
                "CREATE ROLE managed LOGIN CREATEROLE CREATEDB PASSWORD '" + PASSWORD + "'",
                "CREATE DATABASE of_managed OWNER managed");
        case OWNER ->
            execute(
                superuser,
                "CREATE ROLE owner LOGIN CREATEROLE PASSWORD '" + PASSWORD + "'",
                "CREATE DATABASE of_owner OWNER owner",
                hasOptions
                    ? "GRANT archive_owner, archive_engine, archive_auditor TO owner"
                        + " WITH ADMIN TRUE, INHERIT FALSE, SET FALSE"
                    : "SELECT 1");
        case SUPERUSER ->
            execute(
                superuser,
                "CREATE ROLE superuser LOGIN SUPERUSER PASSWORD '" + PASSWORD + "'",
                "CREATE DATABASE of_superuser");
      }
    }
  }

  private Archivist archivist(Who who, int port) {
    String role = who.name().toLowerCase(Locale.ROOT);
    return Archivist.in(home.resolve(role))
        .with(
            "DATABASE_URL",
            "postgresql://%s:%s@127.0.0.1:%d/%s".formatted(role, PASSWORD, port, who.database()));
  }

  private void fill(EmbeddedServer server, Who who) throws SQLException {
    try (Connection superuser = server.connect(who.database())) {
      execute(
          superuser,
          "INSERT INTO public.scenario_logs SELECT gen_random_uuid(), gen_random_uuid(),"
              + " timestamptz '2020-01-01Z' + g * interval '1 day', md5(g::text), NULL, 'api', g, false, 1, 1"
              + " FROM generate_series(1, 60) g");
    }
  }

  /**
   * @param expected the exit code of a command that writes, and of one that does not
   */
  private void tryAll(
      String place, Who who, int port, EmbeddedServer filled, int writing, int reading, String said)
      throws SQLException {
    Archivist archivist = archivist(who, port);
    List<Integer> codes = new ArrayList<>();
    for (Command command : COMMANDS) {
      Archivist.Result result = archivist.run(command.arguments());
      codes.add(result.code());
      int expected = command.expected(writing, reading);
      boolean isSaid = expected == 0 || (result.out() + result.err()).contains(said);
      if (result.code() != expected || !isSaid) {
        surprises.add(
            "%s: %s: %d instead of %d: %s%s"
                .formatted(
                    place, command.name(), result.code(), expected, result.out(), result.err()));
      }
      if (command.name().equals("migrate") && result.code() == 0) {
        fill(filled, who);
      }
    }
    table.put(place, codes);
  }

  private void throughPooler(EmbeddedServer server, Who who, Way way)
      throws IOException, SQLException {
    String place = who + " " + way + " primary";
    Optional<PgBouncer> real =
        PgBouncer.start(
            server.port(),
            way == Way.SESSION_POOLER ? "session" : "transaction",
            Map.of(who.name().toLowerCase(Locale.ROOT), PASSWORD));
    if (real.isPresent()) {
      try (PgBouncer pooler = real.get()) {
        tryAll(place, who, pooler.port(), server, 3, 3, "pooler");
      }
    } else {
      try (PoolerProxy pooler = new PoolerProxy(server.port(), way == Way.SESSION_POOLER)) {
        tryAll(place + " (imitated)", who, pooler.port(), server, 3, 3, "pooler");
      }
    }
  }

  private static String version(EmbeddedServer server) throws SQLException {
    try (Connection connection = server.connect("postgres")) {
      return Integer.toString(connection.getMetaData().getDatabaseMajorVersion());
    }
  }

  private static Path dataDirectory(EmbeddedServer server) throws SQLException {
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW data_directory")) {
      row.next();
      return Path.of(row.getString(1));
    }
  }

  @Test
  void everyCommandDoesInEveryPlaceWhatTheTableSays() throws IOException, SQLException {
    EmbeddedServer.Config config =
        TestCluster.serverIn(home.resolve("server")).withSetting("fsync", "off");
    String version;
    Path data;
    try (EmbeddedServer server = EmbeddedServer.start(config)) {
      version = version(server);
      data = dataDirectory(server);
      for (Who who : Who.values()) {
        hand(server, who);
        tryAll(who + " DIRECT primary", who, server.port(), server, 0, 0, "");
        throughPooler(server, who, Way.SESSION_POOLER);
        throughPooler(server, who, Way.TRANSACTION_POOLER);
      }
    }
    Files.createFile(data.resolve("standby.signal"));
    try (EmbeddedServer standby = EmbeddedServer.start(config)) {
      for (Who who : Who.values()) {
        tryAll(who + " DIRECT standby", who, standby.port(), standby, 3, 0, "is a standby");
      }
    }
    write(version);
    assertThat(surprises).isEmpty();
  }

  private void write(String version) throws IOException {
    StringBuilder text = new StringBuilder("PostgreSQL " + version + ": exit codes\n");
    text.append(String.join(" | ", COMMANDS.stream().map(Command::name).toList())).append('\n');
    table.forEach(
        (place, codes) ->
            text.append(place)
                .append(": ")
                .append(String.join(" ", codes.stream().map(String::valueOf).toList()))
                .append('\n'));
    Files.writeString(
        Path.of("target", "environments-" + version + ".txt"), text, StandardCharsets.UTF_8);
  }
}
