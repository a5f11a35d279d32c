package dev.archivist.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postgresql.PGConnection;

/**
 * Databases that a test is done with and that are again what they were when they were made: what
 * the test made is dropped, and what it changed in the rows of the others is put back. Their
 * sessions have read the catalogue, planned the statements and started their Java, which is most of
 * what a short test costs. A database in which anything else has changed is not used again: an
 * altered table, a replaced function, a grant, a role of its name.
 */
final class CleanDatabases {
  /** Rows deleted again and again stay in the tables of the archive until vacuum comes. */
  private static final int MOST_USES = 50;

  /** Each may have a Java. */
  private static final int MOST_SESSIONS = 6;

  private static final String PATH = "pg_catalog,pg_temp";

  /** What a table or a sequence holds when a database has just been made. */
  private record Content(boolean isSequence, byte[] rows) {}

  /** A database; what its tables and sequences hold, as {@code tests.states} has it. */
  private static final class Used {
    private final String name;
    private final Map<String, String> states;
    private int uses;

    private Used(String name, Map<String, String> states) {
      this.name = name;
      this.states = states;
    }
  }

  private final TestCluster cluster;
  private final String template;
  private long last;
  private String shape;
  private final Map<String, String> states = new LinkedHashMap<>();
  private final Map<String, Content> contents = new HashMap<>();
  private final Map<String, Used> lent = new HashMap<>();
  private final Deque<Used> idle = new ArrayDeque<>();

  private CleanDatabases(TestCluster cluster, String template) {
    this.cluster = cluster;
    this.template = template;
  }

  /** Those that are made from this template, which nothing changes from now on. */
  static CleanDatabases of(TestCluster cluster, String template) {
    CleanDatabases databases = new CleanDatabases(cluster, template);
    databases.look();
    return databases;
  }

  private void look() {
    cluster.execute(template, script());
    try (Connection connection = cluster.connectAgain(template, PATH)) {
      last = Long.parseLong(value(connection, "SELECT 'tests.shape()'::regprocedure::oid"));
      shape = shape(connection);
      for (Map.Entry<String, Content> entry : states(connection, states).entrySet()) {
        boolean isSequence = entry.getValue().isSequence();
        contents.put(
            entry.getKey(),
            new Content(isSequence, isSequence ? null : rows(connection, entry.getKey())));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private static String script() {
    try (InputStream script = CleanDatabases.class.getResourceAsStream("reset.sql")) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One that is clean, if there is one. */
  synchronized Optional<String> lend() {
    Used used = idle.poll();
    if (used == null) {
      return Optional.empty();
    }
    lent.put(used.name, used);
    return Optional.of(used.name);
  }

  /**
   * Takes a database back that was lent or has just been made.
   *
   * @return whether it is clean; else nobody should use it again
   */
  synchronized boolean takeBack(String name) {
    Used used = lent.remove(name);
    if (used == null) {
      used = new Used(name, new LinkedHashMap<>(states));
    }
    used.uses++;
    if (used.uses >= MOST_USES || !isReset(used)) {
      return false;
    }
    idle.push(used);
    return true;
  }

  private boolean isReset(Used used) {
    String url = cluster.jdbcUrl(used.name);
    KeptSessions.keepOnly(url, MOST_SESSIONS);
    try (Connection connection = cluster.connectAgain(used.name, PATH)) {
      endOthers(connection, KeptSessions.processes(url));
      execute(
          connection,
          "SELECT tests.drop_later(" + last + "::oid)",
          "ALTER DATABASE " + used.name + " RESET ALL");
      cluster.execute(used.name, cluster.hostileSettings(used.name));
      if (!shape(connection).equals(shape)) {
        return false;
      }
      putBack(connection, used);
      return true;
    } catch (SQLException e) {
      // an event trigger that refuses, or a server that is down: it is dropped, if it can be
      return false;
    }
  }

  private static void endOthers(Connection connection, List<Integer> kept) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND backend_type = 'client backend'"
                + " AND pid <> pg_backend_pid() AND pid <> ALL (?)")) {
      statement.setArray(1, connection.createArrayOf("int4", kept.toArray()));
      statement.execute();
    }
  }

  private void putBack(Connection connection, Used used) throws SQLException {
    Map<String, String> now = new LinkedHashMap<>();
    states(connection, now);
    List<String> changed = new ArrayList<>();
    for (String name : states.keySet()) {
      if (!now.get(name).equals(used.states.get(name))) {
        changed.add(name);
      }
    }
    if (changed.isEmpty()) {
      return;
    }
    connection.setAutoCommit(false);
    execute(connection, "SET LOCAL session_replication_role = replica");
    for (String name : changed) {
      if (contents.get(name).isSequence()) {
        putBackSequence(connection, name);
      } else {
        putBackRows(connection, name);
      }
    }
    connection.commit();
    connection.setAutoCommit(true);
    states(connection, used.states);
  }

  private void putBackSequence(Connection connection, String name) throws SQLException {
    String[] was = states.get(name).split(" ");
    execute(connection, "SELECT setval('%s', %s, %s)".formatted(name, was[0], was.length > 1));
  }

  /**
   * A table that is deleted from keeps the plans of statements on it; where rows lie matters to
   * live ones.
   */
  private void putBackRows(Connection connection, String name) throws SQLException {
    execute(connection, (name.startsWith("archive.") ? "DELETE FROM " : "TRUNCATE ") + name);
    try {
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn(
              "COPY " + name + " FROM STDIN (FORMAT binary)",
              new ByteArrayInputStream(contents.get(name).rows()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] rows(Connection connection, String name) throws SQLException {
    ByteArrayOutputStream rows = new ByteArrayOutputStream();
    try {
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyOut("COPY " + name + " TO STDOUT (FORMAT binary)", rows);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows.toByteArray();
  }

  private Map<String, Content> states(Connection connection, Map<String, String> states)
      throws SQLException {
    Map<String, Content> found = new LinkedHashMap<>();
    states.clear();
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT name, kind, state FROM tests.states(?::bigint::oid)")) {
      statement.setLong(1, last);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          states.put(row.getString("name"), row.getString("state"));
          found.put(row.getString("name"), new Content(row.getString("kind").equals("S"), null));
        }
      }
    }
    return found;
  }

  private static String shape(Connection connection) throws SQLException {
    return value(
        connection,
        "SELECT string_agg(shape::text, ' ' ORDER BY part) FROM tests.shape() AS shape");
  }

  private static String value(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getString(1);
    }
  }

  private static void execute(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
