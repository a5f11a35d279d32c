package dev.archivist.bench;

import dev.archivist.config.DatabaseUrl;
import dev.archivist.config.Setting;
import dev.archivist.config.Settings;
import dev.archivist.db.Database;
import dev.archivist.db.SessionWork;
import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.digest.Digest;
import dev.archivist.engine.digest.RowSize;
import dev.archivist.engine.sql.QualifiedName;
import java.sql.ResultSet;
import java.sql.Statement;

/**
 * A database of its own on the configured server, for measuring; it is dropped in the end. It knows
 * the other ways to move rows, which the benchmark compares with.
 */
final class ScratchDatabase implements AutoCloseable {
  private static final String NAME = "archivist_bench";
  private static final String COLUMNS =
      "id, scenario_id, received_at, message_hash, message_preview, source, size_bytes, has_pii,"
          + " token_count, sqs_blocks";
  private static final String OLD = "received_at < now() - interval '365 days'";

  private final Database server;
  private final Database scratch;

  private ScratchDatabase(Database server, Database scratch) {
    this.server = server;
    this.scratch = scratch;
  }

  /** Makes the database anew. */
  static ScratchDatabase create(Database server, Settings settings) {
    execute(server, "DROP DATABASE IF EXISTS " + NAME + " WITH (FORCE)");
    execute(server, "CREATE DATABASE " + NAME);
    DatabaseUrl url = server.url();
    String jdbc = url.jdbcUrl().replaceFirst("^(jdbc:postgresql://[^/]+/)[^?]*", "$1" + NAME);
    Settings own = settings.with(Setting.ARCHIVE_APP_SCHEMA, "public");
    return new ScratchDatabase(
        server, Database.at(own, new DatabaseUrl(jdbc, url.user(), url.password())));
  }

  Database database() {
    return scratch;
  }

  /**
   * Fills the live table with rows of about 300 bytes over three years, and empties the archive.
   */
  void fill(int rows) {
    execute(
        scratch,
        "TRUNCATE public.scenario_logs, public.scenario_logs_archive, archive.ledger, archive.batches");
    execute(
        scratch,
        "INSERT INTO public.scenario_logs SELECT gen_random_uuid(), md5((g % 12)::text)::uuid,"
            + " now() - interval '3 years' + g * interval '3 years' / "
            + rows
            + ", encode(sha256(g::text::bytea), 'hex'), 'GET /scenario/' || g || ' ' || repeat('x', g % 200),"
            + " 'api-gateway', 100 + g % 1000, g % 7 = 0, g % 50, 1 FROM generate_series(1, "
            + rows
            + ") AS g");
    execute(scratch, "VACUUM ANALYZE public.scenario_logs");
    execute(scratch, "CHECKPOINT");
  }

  /** Makes the partitions, which every way but the engine's own needs beforehand. */
  void makePartitions() {
    execute(
        scratch,
        "SELECT archive.make_month_partition('logs', month::date) FROM generate_series("
            + "date_trunc('month', now() - interval '3 years', 'UTC'), now(), interval '1 month') AS month");
  }

  /** Everything in one statement and one transaction. */
  long moveInOneStatement() {
    return moved(
        "WITH gone AS (DELETE FROM public.scenario_logs WHERE "
            + OLD
            + " RETURNING "
            + COLUMNS
            + ") INSERT INTO public.scenario_logs_archive ("
            + COLUMNS
            + ") SELECT "
            + COLUMNS
            + " FROM gone");
  }

  /**
   * Everything in one statement that keeps count as a batch does, with or without the digest; the
   * difference is what the digest costs.
   */
  long moveCounting(boolean digest) {
    return moved(counting(digest));
  }

  private String counting(boolean digest) {
    Columns columns =
        inSession(
            scratch,
            connection -> Columns.of(connection, QualifiedName.of("public", "scenario_logs")));
    String hashes =
        digest
            ? ", sum(%s), sum(%s)"
                .formatted(
                    Digest.first("gone", columns).sql(), Digest.second("gone", columns).sql())
            : "";
    return "WITH gone AS (DELETE FROM public.scenario_logs WHERE "
        + OLD
        + " RETURNING "
        + COLUMNS
        + "), months AS MATERIALIZED (SELECT date_trunc('month', received_at, 'UTC'), count(*), sum("
        + RowSize.of("gone", columns).sql()
        + "), min(received_at), max(received_at)"
        + hashes
        + " FROM gone GROUP BY 1) INSERT INTO public.scenario_logs_archive ("
        + COLUMNS
        + ") SELECT "
        + COLUMNS
        + " FROM gone WHERE (SELECT count(months) FROM months) > 0";
  }

  /** As a client-side archiver does it: select a chunk, insert its rows one by one, delete them. */
  long moveByClient(int chunk) {
    return inSession(
        scratch,
        connection -> {
          long moved = 0;
          long last;
          do {
            last = ClientMove.chunk(connection, COLUMNS, OLD, chunk);
            connection.commit();
            moved += last;
          } while (last == chunk);
          return moved;
        });
  }

  private long moved(String sql) {
    return inSession(
        scratch,
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute("SET statement_timeout = 0");
            long rows = statement.executeLargeUpdate(sql);
            connection.commit();
            return rows;
          }
        });
  }

  /** Rows of the archive now. */
  long archived() {
    return inSession(
        scratch,
        connection -> {
          try (Statement statement = connection.createStatement();
              ResultSet row =
                  statement.executeQuery("SELECT count(*) FROM public.scenario_logs_archive")) {
            row.next();
            return row.getLong(1);
          }
        });
  }

  private static void execute(Database database, String sql) {
    inSession(
        database,
        connection -> {
          connection.setAutoCommit(true);
          try (Statement statement = connection.createStatement()) {
            statement.execute("SET statement_timeout = 0");
            return statement.execute(sql);
          }
        });
  }

  private static <T> T inSession(Database database, SessionWork<T> work) {
    return database.inSession("archivist bench", work);
  }

  @Override
  public void close() {
    scratch.close();
    execute(server, "DROP DATABASE IF EXISTS " + NAME + " WITH (FORCE)");
  }
}
