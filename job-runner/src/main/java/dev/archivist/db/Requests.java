package dev.archivist.db;

import static dev.archivist.db.jooq.archive.Tables.JOBS;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * What users asked for with {@code archive.request}. A notification says at once that something was
 * committed; asking the table now and then finds what was asked while nobody listened.
 */
public final class Requests implements AutoCloseable {
  private final Database database;
  private final Archive archive;
  private final Connection connection;

  private Requests(Database database, Connection connection) {
    this.database = database;
    this.archive = new Archive(database);
    this.connection = connection;
  }

  /** Listens from now on. */
  public static Requests listen(Database database) {
    Connection connection = database.dedicated("archivist requests");
    return SqlCall.get(
        () -> {
          connection.setAutoCommit(true);
          Statements.query(connection, "request.listen").update();
          return new Requests(database, connection);
        });
  }

  /** A job that waits for a runner. */
  public record Request(UUID id, String policy, String action) {}

  /** What waits, the oldest first. */
  public List<Request> pending() {
    return archive.query(
        dsl ->
            dsl.select(JOBS.ID, JOBS.JOB_TYPE, JOBS.ACTION)
                .from(JOBS)
                .where(JOBS.STATUS.eq("pending"))
                .orderBy(JOBS.CREATED_AT, JOBS.ID)
                .fetch(row -> new Request(row.value1(), row.value2(), row.value3())));
  }

  /** Waits for a notification, at most as long as said; a lost connection fails. */
  public void await(Duration longest) {
    SqlCall.run(
        () -> {
          PGNotification[] heard =
              connection.unwrap(PGConnection.class).getNotifications((int) longest.toMillis());
          if ((heard == null || heard.length == 0) && !connection.isValid(1)) {
            throw new SQLException("the connection that hears requests is gone", "08006");
          }
        });
  }

  /**
   * Answers a question, unless another runner is answering it. Until the answer is committed the
   * request is pending and its row is locked, so that after a crash it waits for the next runner.
   */
  public void answer(Request request, Supplier<String> answer) {
    SqlCall.run(
        () -> {
          try (Connection working = database.dedicated("archivist request")) {
            Transactions.commit(
                working,
                () -> {
                  if (isOurs(working, request.id())) {
                    complete(working, request.id(), answer.get());
                  }
                  return null;
                });
          }
        });
  }

  /** Locks a request that is still pending; false if another session has it. */
  static boolean isOurs(Connection connection, UUID request) throws SQLException {
    return !dsl(connection)
        .select(JOBS.ID)
        .from(JOBS)
        .where(JOBS.ID.eq(request), JOBS.STATUS.eq("pending"))
        .forUpdate()
        .skipLocked()
        .fetch()
        .isEmpty();
  }

  /** What a request asks for, a JSON object. */
  static String optionsOf(Connection connection, UUID request) throws SQLException {
    return dsl(connection)
        .select(JOBS.OPTIONS)
        .from(JOBS)
        .where(JOBS.ID.eq(request))
        .fetchSingle(row -> row.value1().data());
  }

  private static void complete(Connection connection, UUID request, String json)
      throws SQLException {
    Statements.query(connection, "request.complete")
        .bind(Hosts.kind(connection).label(), json, request.toString())
        .update();
  }

  private static DSLContext dsl(Connection connection) {
    return DSL.using(connection, SQLDialect.POSTGRES);
  }

  /** Closes a request that cannot be done, and says why; nothing if it is not pending any more. */
  public void refuse(Request request, String message) {
    archive.query(
        dsl ->
            dsl.update(JOBS)
                .set(JOBS.STATUS, "failed")
                .set(JOBS.STARTED_AT, DSL.currentOffsetDateTime())
                .set(JOBS.COMPLETED_AT, DSL.currentOffsetDateTime())
                .set(JOBS.ERROR_MESSAGE, message)
                .where(JOBS.ID.eq(request.id()), JOBS.STATUS.eq("pending"))
                .execute());
  }

  @Override
  public void close() {
    SqlCall.run(connection::close);
  }
}
