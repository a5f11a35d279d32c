package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.store.StoreKey;
import dev.archivist.testing.Archivist;
import dev.archivist.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever takes a store from another database means it, may do it, and is remembered. */
class StoreTakeOverTest {
  @TempDir Path home;
  private final TestDatabase first = TestDatabase.migrated();
  private final TestDatabase second = TestDatabase.migrated();

  @BeforeEach
  void leaveMarksOfTheFirst() throws Exception {
    Files.createDirectories(home.resolve("reports"));
    assertThat(on(first).run("store", "take-over", "--yes").code()).isZero();
    assertThat(on(first).run("store", "take-over", "--reports", "--yes").code()).isZero();
  }

  @AfterEach
  void dropDatabases() {
    second.close();
    first.close();
  }

  private Archivist on(TestDatabase database) {
    return Archivist.on(database, home);
  }

  private List<List<String>> entries() {
    return second.rows(
        "SELECT who, details ->> 'previous_owner' FROM archive.audit"
            + " WHERE action = 'store taken over' ORDER BY seq");
  }

  private String owner(String directory) throws Exception {
    return Files.readString(home.resolve(directory).resolve(StoreKey.OWNER));
  }

  @Test
  void nothingIsTakenWithoutAYes() throws Exception {
    Archivist.Result store = on(second).run("store", "take-over");

    assertThat(store.code()).isEqualTo(2);
    assertThat(store.err())
        .contains("from database " + first.name(), "refused from then on", "ARCHIVE_STORE_URI")
        .contains("store take-over --yes");
    assertThat(owner("store")).contains(first.name());
    assertThat(entries()).isEmpty();
  }

  @Test
  void whoTakesItIsTold() throws Exception {
    Archivist.Result store = on(second).run("store", "take-over", "--yes");

    assertThat(store.code()).as(store.err()).isZero();
    assertThat(store.out())
        .contains("taken from database " + first.name(), "refused from now on", "this one");
    assertThat(owner("store")).contains(second.name());
    assertThat(owner("reports")).contains(first.name());
    assertThat(on(second).run("doctor").out())
        .contains("belongs to database " + first.name())
        .contains("store take-over --reports");
    Archivist.Result reports = on(second).run("store", "take-over", "--reports");
    assertThat(reports.code()).isEqualTo(2);
    assertThat(reports.err()).contains("REPORTS_LOCAL_DIR", "store take-over --reports --yes");
    assertThat(on(second).run("store", "take-over", "--reports", "--yes").out())
        .contains("taken from database " + first.name());
    assertThat(owner("reports")).contains(second.name());
    assertThat(entries())
        .hasSize(2)
        .allSatisfy(entry -> assertThat(entry.get(0)).isEqualTo("postgres"))
        .allSatisfy(entry -> assertThat(entry.get(1)).contains(first.name()));
    assertThat(second.value("SELECT archive.verify_audit() ->> 'ok'")).isEqualTo("true");
    assertThat(on(second).run("doctor").out())
        .contains("the directory belongs to database " + second.name());
  }

  @Test
  void whatIsOursAlreadyIsNotTaken() {
    on(second).run("store", "take-over", "--yes");

    Archivist.Result again = on(second).run("store", "take-over");

    assertThat(again.code()).isZero();
    assertThat(again.out()).contains("this one").doesNotContain("taken from");
    assertThat(entries()).hasSize(1);
  }

  @Test
  void aMarkThatSaysNothingCanBeReplaced() throws Exception {
    Files.writeString(home.resolve("store").resolve(StoreKey.OWNER), "{}");

    assertThat(on(second).run("store", "take-over", "--yes").code()).isZero();

    assertThat(owner("store")).contains(second.name());
    assertThat(entries().get(0).get(1)).contains("does not name");
  }

  /** The reports' directory is remembered in the store. */
  @Test
  void theStoreComesFirst() throws Exception {
    Archivist.Result reports = on(second).run("store", "take-over", "--reports", "--yes");

    assertThat(reports.code()).isEqualTo(3);
    assertThat(owner("reports")).contains(first.name());
  }

  @ParameterizedTest
  @ValueSource(strings = {"archive_operator", "archive_reader"})
  void itTakesAnOwner(String role) throws Exception {
    String login = "login_" + UUID.randomUUID().toString().replace("-", "");
    second.execute(
        "CREATE ROLE " + login + " LOGIN PASSWORD 'pw'", "GRANT " + role + " TO " + login);

    Archivist.Result result =
        on(second)
            .with("DATABASE_URL", second.cluster().url(second.name(), login, "pw"))
            .run("store", "take-over", "--yes");

    assertThat(result.code()).isEqualTo(3);
    assertThat(result.err()).contains("may not take over a store", "member of archive_owner");
    assertThat(owner("store")).contains(first.name());
    assertThat(entries()).isEmpty();
    second.execute("REVOKE " + role + " FROM " + login, "DROP ROLE " + login);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET ROLE archive_operator; INSERT INTO archive.take_overs (place, previous_owner)"
            + " VALUES ('x', 'y')",
        "SET ROLE archive_owner; INSERT INTO archive.take_overs (place, previous_owner, taken_at)"
            + " VALUES ('x', 'y', '2000-01-01')",
        "SET ROLE archive_owner; UPDATE archive.take_overs SET place = 'x'",
        "SET ROLE archive_owner; DELETE FROM archive.take_overs",
        "SET ROLE archive_owner; ALTER TABLE archive.take_overs DISABLE TRIGGER audit"
      })
  void nobodyForgesAnEntry(String statements) {
    assertThatThrownBy(() -> second.execute(statements.split("; ")))
        .hasMessageMatching("(?s).*(permission denied|must be owner).*");
  }
}
