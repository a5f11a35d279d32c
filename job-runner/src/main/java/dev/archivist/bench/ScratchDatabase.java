package dev.archivist.bench;

import dev.archivist.config.DatabaseUrl;
import dev.archivist.config.Setting;
import dev.archivist.config.Settings;
import dev.archivist.db.Database;
import dev.archivist.db.SessionWork;
import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.digest.Digest;
import dev.archivist.engine.digest.RowSize;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.QualifiedName;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlFiles;
import dev.archivist.engine.sql.SqlText;
import java.util.List;

/**
 * A database of its own on the configured server, for measuring; it is dropped in the end. It knows
 * the other ways to move rows, which the benchmark compares with.
 */
final class ScratchDatabase implements AutoCloseable {
  private static final Identifier NAME = new Identifier("archivist_bench");
  private static final SqlFiles SQL = new SqlFiles(ScratchDatabase.class, "sql/");

  private final Database server;
  private final Database scratch;

  private ScratchDatabase(Database server, Database scratch) {
    this.server = server;
    this.scratch = scratch;
  }

  /** Makes the database anew. */
  static ScratchDatabase create(Database server, Settings settings) {
    execute(server, named("scratch.drop"));
    execute(server, named("scratch.create"));
    DatabaseUrl url = server.url();
    String jdbc =
        url.jdbcUrl().replaceFirst("^(jdbc:postgresql://[^/]+/)[^?]*", "$1" + NAME.name());
    Settings own = settings.with(Setting.ARCHIVE_APP_SCHEMA, "public");
    return new ScratchDatabase(
        server, Database.at(own, new DatabaseUrl(jdbc, url.user(), url.password(), url.options())));
  }

  private static SqlText named(String statement) {
    return SQL.text(statement).with("database", NAME);
  }

  Database database() {
    return scratch;
  }

  /**
   * Fills the live table with rows of about 300 bytes over three years, and empties the archive.
   */
  void fill(int rows) {
    execute(scratch, SQL.text("scratch.empty"));
    execute(scratch, SQL.text("scratch.fill"), rows);
    execute(scratch, SQL.text("scratch.vacuum"));
    execute(scratch, SQL.text("scratch.checkpoint"));
  }

  /** Makes the partitions, which every way but the engine's own needs beforehand. */
  void makePartitions() {
    inSession(
        scratch,
        connection -> {
          connection.setAutoCommit(true);
          return Query.of(connection, SQL.text("scratch.partitions"))
              .list(row -> row.getBoolean(1));
        });
  }

  /** Everything in one statement and one transaction. */
  long moveInOneStatement() {
    return moved(oldRows("move.in_one_statement"));
  }

  /**
   * Everything in one statement that keeps count as a batch does, with or without the digest; the
   * difference is what the digest costs.
   */
  long moveCounting(boolean digest) {
    return moved(oldRows("move.counting").with("counts", counts(digest)));
  }

  /** As {@link #moveCounting}, with four sums of 64 bits of each row's SHA-256, or its HMAC. */
  long moveHashing(boolean keyed) {
    SqlText hash =
        SQL.text("move.hexadecimal")
            .with("hash", ofAllColumns(keyed ? "move.keyed_hash" : "move.hash"));
    return moved(hashing(hash, false, "move.long_sums"));
  }

  /** As {@link #moveCounting} with the digest, and the SHA-256 of each row's SHA-256 in order. */
  long moveSealing() {
    return moved(hashing(ofAllColumns("move.hash"), true, "move.seal"));
  }

  private SqlText hashing(SqlText hash, boolean digest, String sums) {
    return oldRows("move.hashing")
        .with("hash", hash)
        .with("counts", SqlText.join(List.of(counts(digest), SQL.text(sums))));
  }

  private SqlText counts(boolean digest) {
    Columns columns =
        inSession(
            scratch,
            connection -> Columns.of(connection, QualifiedName.of("public", "scenario_logs")));
    SqlText counts = SQL.text("move.counts").with("bytes", RowSize.of("gone", columns));
    SqlText digests =
        SQL.text("move.digests")
            .with("digest_a", Digest.first("gone", columns))
            .with("digest_b", Digest.second("gone", columns));
    return digest ? SqlText.join(List.of(counts, digests)) : counts;
  }

  private static SqlText oldRows(String statement) {
    return ofAllColumns(statement).with("old", SQL.text("move.old"));
  }

  private static SqlText ofAllColumns(String statement) {
    return SQL.text(statement).with("columns", SQL.text("move.columns"));
  }

  /** As a client-side archiver does it: select a chunk, insert its rows one by one, delete them. */
  long moveByClient(int chunk) {
    ClientMove client =
        new ClientMove(
            oldRows("move.client_select"),
            ofAllColumns("move.client_insert"),
            SQL.text("move.client_delete"));
    return inSession(
        scratch,
        connection -> {
          long moved = 0;
          long last;
          do {
            last = client.chunk(connection, chunk);
            connection.commit();
            moved += last;
          } while (last == chunk);
          return moved;
        });
  }

  private long moved(SqlText move) {
    return inSession(
        scratch,
        connection -> {
          Query.of(connection, SQL.text("scratch.no_timeout")).update();
          long rows = Query.of(connection, move).update();
          connection.commit();
          return rows;
        });
  }

  /** Rows of the archive now. */
  long archived() {
    return inSession(
        scratch,
        connection ->
            Query.of(connection, SQL.text("scratch.archived")).one(row -> row.getLong(1)));
  }

  private static void execute(Database database, SqlText statement, Object... values) {
    inSession(
        database,
        connection -> {
          connection.setAutoCommit(true);
          Query.of(connection, SQL.text("scratch.no_timeout")).update();
          return Query.of(connection, statement).bind(values).update();
        });
  }

  private static <T> T inSession(Database database, SessionWork<T> work) {
    return database.inSession("archivist bench", work);
  }

  @Override
  public void close() {
    scratch.close();
    execute(server, named("scratch.drop"));
  }
}
