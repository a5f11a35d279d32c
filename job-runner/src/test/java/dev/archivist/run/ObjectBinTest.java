package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.db.BinList;
import dev.archivist.document.BinObjects;
import dev.archivist.testing.Archivist;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects have a bin as rows have: none goes before bin_for is over, whatever made it go. */
class ObjectBinTest {
  private static final String ALL =
      "{\"from\": \"2000-01-01\", \"to\": \"2200-01-01\", \"hold\": \"0\"}";

  @TempDir Path home;
  private ReportWorld world;

  @BeforeEach
  void archiveTwoReports() {
    world = new ReportWorld(home);
    world.binFor("30 days");
    world.report("a.csv");
    world.report("b.csv");
    assertThat(world.run().status()).isEqualTo("completed");
  }

  @AfterEach
  void dropDatabase() {
    world.close();
  }

  private void daysLater(int days) {
    world.db.execute(
        """
        DO $$ BEGIN
          EXECUTE format('ALTER DATABASE %%I SET "archivist.now" = %%L', current_database(),
            pg_catalog.now() + interval '%d days');
        END $$
        """
            .formatted(days));
  }

  private void expireObjects() {
    world.db.execute(
        "UPDATE archive.policies SET keep_for = '5 years', settings = settings"
            + " || '{\"object_keep_for\": \"199 days\"}' WHERE name = 'reports'");
  }

  private void archiveNothingMore() {
    world.db.execute(
        "UPDATE archive.policies SET archive_after = '10 years', keep_for = NULL,"
            + " settings = settings - 'object_keep_for' WHERE name = 'reports'");
  }

  private List<BinObjects> waiting() {
    return new BinList(world.db.database()).objects();
  }

  @Test
  void theObjectsOfRestoredReportsWait() throws IOException {
    assertThat(world.restore(ALL).status()).isEqualTo("completed");
    world.assertNothingLost();
    assertThat(world.objects()).hasSize(2);
    assertThat(waiting())
        .singleElement()
        .satisfies(
            objects -> {
              assertThat(objects.reason()).isEqualTo("unneeded");
              assertThat(objects.objects()).isEqualTo(2);
            });
    archiveNothingMore();

    world.run();
    world.purge();
    daysLater(29);
    world.run();
    world.purge();
    assertThat(world.objects()).hasSize(2);

    daysLater(31);
    assertThat(world.purge().objects().deleted()).isEqualTo(2);
    assertThat(world.objects()).isEmpty();
    assertThat(waiting()).isEmpty();
    world.assertNothingLost();
  }

  /** The bin's time counts from the last restore. */
  @Test
  void anObjectThatIsNeededAgainIsNoLongerInTheBin() throws IOException {
    world.restore(ALL);
    assertThat(world.run().status()).isEqualTo("completed");
    world.assertAllArchived();
    daysLater(20);
    world.restore(ALL);
    archiveNothingMore();

    daysLater(40);
    world.run();
    assertThat(world.objects()).hasSize(2);

    daysLater(51);
    world.run();
    assertThat(world.objects()).isEmpty();
  }

  @Test
  void anObjectThatAReportNeedsAgainStaysForEver() throws IOException {
    world.restore(ALL);
    world.run();

    daysLater(60);
    world.purge();
    world.run();

    world.assertAllArchived();
    assertThat(waiting()).isEmpty();
  }

  @Test
  void objectsPastTheirOwnRetentionWait() throws IOException {
    expireObjects();

    assertThat(world.purge().objects().expired()).isZero();
    world.assertAllArchived();
    assertThat(waiting()).singleElement().extracting(BinObjects::reason).isEqualTo("expired");
    assertThat(
            world.db.value(
                "SELECT bool_and(object_expires_at > now() + interval '29 days') FROM reports_archive"))
        .isEqualTo("t");
    assertThat(world.purge().job()).isEmpty();

    daysLater(31);
    assertThat(world.purge().objects().expired()).isEqualTo(2);
    assertThat(world.objects()).isEmpty();
  }

  @Test
  void aHoldTakesThemOutOfTheBin() throws IOException {
    expireObjects();
    world.purge();
    world.db.value("SELECT archive.hold('reports', reason => 'case')");

    assertThat(world.purge().objects().kept()).isEqualTo(2);

    assertThat(waiting()).isEmpty();
    daysLater(60);
    world.purge();
    world.assertAllArchived();
  }

  /** The store has not been told of them: until then verify wants every one of them. */
  @Test
  void whatWaitsMustBeThere() {
    expireObjects();
    world.purge();
    try (var store = world.store()) {
      store.delete(world.objects().get(0));
    }
    Archivist archivist =
        Archivist.on(world.db, home).with("ARCHIVE_STORE_URI", home.resolve("store").toString());

    Archivist.Result verified = archivist.run("verify", "--reports");

    assertThat(verified.code()).isEqualTo(1);
    assertThat(verified.out()).contains("it is missing");
  }

  /** Who has moved to another store has objects in the former one. */
  @Test
  void anObjectOfAFormerStoreWaitsAndTheOthersGo() {
    world.restore(ALL);
    world.db.execute(
        "INSERT INTO archive.stray_objects (location, policy, since)"
            + " VALUES ('s3://former/archived-reports/x.csv.zst', 'reports', '2000-01-01')");

    PurgeOutcome emptied = world.purges().empty("reports", true);

    assertThat(emptied.failure()).isEmpty();
    assertThat(emptied.objects().deleted()).isEqualTo(2);
    assertThat(emptied.objects().elsewhere())
        .containsExactly("s3://former/archived-reports/x.csv.zst");
    assertThat(world.objects()).isEmpty();
    assertThat(world.db.number("SELECT count(*) FROM archive.stray_objects")).isEqualTo(1);
  }

  @Test
  void theBinIsListedAndEmptied() {
    expireObjects();
    world.purge();
    Archivist archivist =
        Archivist.on(world.db, home).with("ARCHIVE_STORE_URI", home.resolve("store").toString());

    assertThat(archivist.run("bin", "list").out())
        .contains("objects of reports: 2 past object_keep_for, may go after ");
    assertThat(archivist.run("bin", "empty").code()).isZero();
    assertThat(world.objects()).hasSize(2);
    assertThat(archivist.run("bin", "empty", "--all", "--dry-run").code()).isZero();
    assertThat(world.objects()).hasSize(2);
    assertThat(archivist.run("bin", "empty", "--all", "--yes").out())
        .contains("2 released to expire");
    assertThat(world.objects()).isEmpty();
    assertThat(archivist.run("bin", "list").out()).isEqualTo("  the bin is empty\n");
  }

  /** Only a restore or a purge says that an object is to go. */
  @Test
  void anOperatorCannotPutAnObjectIntoTheBin() throws SQLException {
    for (String table : List.of("stray_objects", "expiring_objects")) {
      try (Connection connection = world.db.connect();
          Statement operator = connection.createStatement()) {
        operator.execute("SET ROLE archive_operator");
        assertThatThrownBy(
                () ->
                    operator.execute(
                        "INSERT INTO archive."
                            + table
                            + " (location, policy) VALUES ('file:///x', 'reports')"))
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
        assertThatThrownBy(
                () -> operator.execute("UPDATE archive." + table + " SET drop_after = now()"))
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
      }
    }
  }
}
