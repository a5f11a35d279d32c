package dev.archivist.torture;

import dev.archivist.store.ArchiveStore;
import dev.archivist.store.ArchiveStores;
import dev.archivist.store.s3.FaultyServer;
import dev.archivist.store.s3.S3Server;
import dev.archivist.testing.Archivist;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.TestCluster;
import dev.archivist.testing.TestDatabase;
import dev.failsafe.Failsafe;
import dev.failsafe.RetryPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;

/**
 * What is tortured: a database server, an object store behind a bad line, and the program, twice.
 */
final class World implements AutoCloseable {
  private static final String BUCKET = "torture";
  private static final Instant FIRST_DAY = Instant.parse("2026-01-10T00:00:00Z");

  /** A server that was killed needs a moment to recover. */
  private static final RetryPolicy<Object> UNTIL_RECOVERED =
      RetryPolicy.builder()
          .handle(SQLException.class)
          .withDelay(Duration.ofMillis(20))
          .withMaxRetries(-1)
          .withMaxDuration(Duration.ofSeconds(60))
          .build();

  final KillableServer server;
  final TestDatabase db;
  final FaultyServer s3;
  final Path reports;
  final Runner runner;
  final Runner secondRunner;

  /** The program with another database, on the same store. */
  final Runner otherDatabase;

  private final TestDatabase other;
  private final Archivist archivist;
  private final S3Server store = S3Server.s3mock();
  private Instant now = FIRST_DAY;

  World(Path home) throws IOException {
    this.reports = Files.createDirectories(home.resolve("reports"));
    this.server = KillableServer.start(home.resolve("server"));
    this.db = TestDatabase.migrated(TestCluster.on(server.server()));
    this.s3 = new FaultyServer(store.endpoint());
    store.createBucket(BUCKET);
    this.archivist =
        Archivist.on(db, home.resolve("archivist"))
            .with("REPORTS_LOCAL_DIR", reports.toString())
            .with("ARCHIVE_STORE_URI", "s3://" + BUCKET)
            .with("AWS_ACCESS_KEY_ID", store.accessKey())
            .with("AWS_SECRET_ACCESS_KEY", store.secretKey())
            .with("AWS_ENDPOINT_URL", s3.endpoint());
    this.runner = new Runner(archivist.environment());
    this.secondRunner = new Runner(archivist.environment());
    this.other = TestDatabase.migrated(db.cluster());
    LiveData.report(other, "other.csv", 400);
    LiveData.file(Files.createDirectories(home.resolve("others")).resolve("other.csv"), 5_000, 1);
    this.otherDatabase =
        new Runner(
            archivist
                .with("DATABASE_URL", other.url())
                .with("REPORTS_LOCAL_DIR", home.resolve("others").toString())
                .environment());
    db.execute(
        "CREATE SCHEMA torture",
        "CREATE TABLE torture.committed (id uuid PRIMARY KEY)",
        "UPDATE archive.policies SET batch_rows ="
            + " CASE name WHEN 'logs' THEN 15 WHEN 'metrics' THEN 25 ELSE 3 END,"
            + " keep_for = archive_after + interval '60 days', bin_for = interval '20 days',"
            + " settings = settings - 'object_keep_for'");
    if (archivist.run("store", "take-over", "--yes").code() != 0) {
      throw new IllegalStateException("the store cannot be taken over");
    }
  }

  /** The store itself, past every fault. */
  ArchiveStore store() {
    return ArchiveStores.open(store.settings("s3://" + BUCKET), Path.of(""));
  }

  Instant now() {
    return now;
  }

  /** Lets days go by, so that rows come of age. */
  void advanceClock(Random random) {
    now = now.plus(1 + random.nextInt(288), ChronoUnit.HOURS);
    db.execute("ALTER DATABASE " + db.name() + " SET archivist.now = '" + now + "'");
  }

  /** A session that waits for a killed server to be back. */
  Connection connect() {
    return Failsafe.with(UNTIL_RECOVERED)
        .get(
            () -> {
              Connection connection = db.connect();
              try (Statement settings = connection.createStatement()) {
                settings.execute(Table.SETTINGS);
              }
              return connection;
            });
  }

  /** Whether the session died, with the server or alone. */
  static boolean isConnectionLost(SQLException e) {
    return String.valueOf(e.getSQLState()).matches("08...|57P0[123]");
  }

  /** The program in this JVM, where nothing happens to it. */
  Archivist.Result run(String... arguments) {
    return archivist.run(arguments);
  }

  @Override
  public void close() {
    runner.close();
    secondRunner.close();
    otherDatabase.close();
    other.close();
    db.close();
    s3.close();
    server.close();
  }
}
