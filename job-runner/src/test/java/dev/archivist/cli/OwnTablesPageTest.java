package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.config.DatabaseUrl;
import dev.archivist.testing.Archivist;
import dev.archivist.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table of one's own, with the statements of the pages, and logins that have nothing else. */
class OwnTablesPageTest {
  private static final String PASSWORD = "only-for-this-test";
  private static final Pattern SQL = Pattern.compile("```sql\\n(.*?)```", Pattern.DOTALL);

  @TempDir Path home;
  private TestDatabase db;

  @BeforeEach
  void createDatabase() {
    db = TestDatabase.empty();
  }

  @AfterEach
  void dropDatabase() {
    List<String> logins =
        Stream.of("app", "archivist", "analyst", "admin").map(this::name).toList();
    db.close();
    logins.forEach(each -> db.cluster().execute("postgres", "DROP OWNED BY " + each));
    logins.forEach(each -> db.cluster().execute("postgres", "DROP ROLE " + each));
  }

  private String name(String login) {
    return db.name() + "_" + login;
  }

  private Archivist as(String login) {
    return Archivist.in(home)
        .with("DATABASE_URL", db.cluster().url(db.name(), name(login), PASSWORD));
  }

  private void done(String login, String... arguments) {
    Archivist.Result result = as(login).run(arguments);
    assertThat(result.code())
        .as("%s: %s%n%s%s", login, List.of(arguments), result.out(), result.err())
        .isZero();
  }

  /** The blocks that make, grant and declare; those about another table are not for this one. */
  private static List<String> statements(String page) throws IOException {
    return SQL.matcher(Files.readString(Path.of("..", page)))
        .results()
        .map((MatchResult block) -> block.group(1))
        .filter(block -> block.contains("orders_archive") && !block.contains("parent_position"))
        .toList();
  }

  private void asApplication(List<String> statements) throws Exception {
    String url = db.cluster().url(db.name(), name("app"), PASSWORD);
    try (Connection connection =
            DriverManager.getConnection(DatabaseUrl.parse(url).jdbcUrl(), name("app"), PASSWORD);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"docs/own-tables.md", "README.md"})
  void whatThePagesGrantIsWhatItTakes(String page) throws Exception {
    db.cluster().createMigrator(db.name(), name("app"), PASSWORD);
    for (String login : List.of("archivist", "analyst", "admin")) {
      db.execute("CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(name(login), PASSWORD));
    }
    done("app", "migrate", "--host", "runner");
    db.execute(
        "GRANT archive_operator TO " + name("archivist"),
        "GRANT archive_reader TO " + name("analyst"),
        "GRANT archive_owner TO " + name("admin"));
    asApplication(
        List.of(
            "CREATE TABLE orders (id bigint PRIMARY KEY, placed_at timestamptz NOT NULL, body text)",
            "INSERT INTO orders SELECT n, timestamptz '2010-01-01Z' + n * interval '10 days', 'x'"
                + " FROM generate_series(1, 100) n"));
    List<String> statements = statements(page);
    assertThat(String.join("\n", statements)).contains("CREATE TABLE", "GRANT", "INSERT INTO");

    asApplication(statements);
    asApplication(List.of("SELECT archive.make_unified_views('orders')"));

    done("archivist", "plan", "--policy", "orders");
    done("archivist", "run", "--policy", "orders");
    assertThat(
            as("archivist")
                .run(
                    "restore",
                    "--policy",
                    "orders",
                    "--from",
                    "2012-01-01",
                    "--to",
                    "2012-02-01",
                    "--dry-run")
                .out())
        .contains("HINT: GRANT archive_owner TO " + name("archivist") + ".")
        .doesNotContain("TO archive_owner");
    assertThat(as("analyst").run("plan", "--policy", "orders").out())
        .contains("HINT: GRANT archive_operator TO " + name("analyst") + ";")
        .doesNotContain("TO archive_operator");
    done("admin", "restore", "--policy", "orders", "--from", "2012-01-01", "--to", "2012-02-01");
    asApplication(
        List.of("UPDATE archive.policies SET keep_for = interval '9 years' WHERE name = 'orders'"));
    done("admin", "purge", "--policy", "orders");
    assertThat(db.number("SELECT count(*) FROM archive.bin WHERE state = 'binned'")).isPositive();
    for (String login : List.of("archivist", "analyst", "admin")) {
      done(login, "verify", "--policy", "orders");
      done(login, "status");
      done(login, "sql", "SELECT * FROM v_orders_all");
    }
  }
}
