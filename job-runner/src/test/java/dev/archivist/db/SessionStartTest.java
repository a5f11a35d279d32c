package dev.archivist.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.config.Setting;
import dev.archivist.config.Settings;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.testing.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose clock is far from the database's neither archives nor purges nor restores. */
class SessionStartTest {
  private static TestDatabase db;

  @BeforeAll
  static void createDatabase() {
    db = TestDatabase.migrated();
  }

  @AfterAll
  static void dropDatabase() {
    db.close();
  }

  private static Database at(long seconds, Settings settings) {
    return Database.at(
        settings,
        db.database().url(),
        Clock.offset(Clock.systemUTC(), Duration.ofSeconds(seconds)));
  }

  @ParameterizedTest
  @ValueSource(longs = {330, -330, 4 * 365 * 86400L, -86400})
  void nothingIsBegunWhereTheClocksAreFarApart(long seconds) {
    try (Database database = at(seconds, db.settings());
        PolicySession running = PolicySession.toRun(database, "logs");
        PolicySession restoring = PolicySession.toRun(database, "logs");
        PolicySession reconciling = PolicySession.toRun(database, "reports");
        PolicySession purging = PolicySession.toPurge(database, "logs")) {
      assertRefused(running::begin);
      assertRefused(() -> purging.beginPurge("{}"));
      assertRefused(
          () -> restoring.beginRestore("{\"from\": \"2020-01-01\", \"to\": \"2020-02-01\"}"));
      assertRefused(reconciling::beginReconciliation);
    }
    assertThat(db.number("SELECT count(*) FROM archive.jobs WHERE status <> 'completed'")).isZero();
  }

  /** Else what is asked of the one role could run as the other. */
  @Test
  void aSessionWorksAsTheRoleThatLoggedIn() {
    db.execute("ALTER DATABASE " + db.name() + " SET role = 'archive_operator'");
    try (Database database = Database.at(db.settings(), db.database().url(), Clock.systemUTC())) {
      boolean itsOwn =
          database.looking(
              connection ->
                  Query.of(connection, SqlText.ofCatalogue("SELECT current_user = session_user"))
                      .one(row -> row.getBoolean(1)));
      assertThat(itsOwn).isTrue();
    } finally {
      db.execute("SET ROLE NONE", "ALTER DATABASE " + db.name() + " RESET role");
    }
  }

  private static void assertRefused(ThrowingCallable begin) {
    assertThatThrownBy(begin)
        .isInstanceOf(ArchiveFailure.class)
        .hasMessageContaining("clock and this machine's are ")
        .extracting(failure -> ((ArchiveFailure) failure).error())
        .isEqualTo(ArchiveError.CLOCKS_DIFFER);
  }

  @Test
  void aLittleIsAllowedAndASettingSaysHowMuch() {
    try (Database database = at(200, db.settings());
        PolicySession session = PolicySession.toRun(database, "logs")) {
      session.begin();
      session.finish("completed", null);
    }
    Settings strict = db.settings().with(Setting.ARCHIVE_CLOCK_TOLERANCE_SECONDS, "100");
    try (Database database = at(200, strict);
        PolicySession session = PolicySession.toRun(database, "logs")) {
      assertThatThrownBy(session::begin).hasMessageContaining("more than 100 s");
    }
  }
}
