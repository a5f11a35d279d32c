package dev.archivist.db;

import static dev.archivist.db.jooq.archive.Tables.JOBS;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jooq.JSONB;
import org.jooq.impl.DSL;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * What users asked for with {@code archive.request}. A notification says at once that something was
 * committed; asking the table now and then finds what was asked while nobody listened.
 */
public final class Requests implements AutoCloseable {
  private static final String CHANNEL = "archive_requests";

  private final Archive archive;
  private final Connection connection;

  private Requests(Archive archive, Connection connection) {
    this.archive = archive;
    this.connection = connection;
  }

  /** Listens from now on. */
  public static Requests listen(Database database) {
    Connection connection = database.dedicated("archivist requests");
    return SqlCall.get(
        () -> {
          connection.setAutoCommit(true);
          try (Statement statement = connection.createStatement()) {
            statement.execute("LISTEN " + CHANNEL);
          }
          return new Requests(new Archive(database), connection);
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
                .orderBy(JOBS.CREATED_AT)
                .fetch(row -> new Request(row.value1(), row.value2(), row.value3())));
  }

  /** Waits for a notification, at most as long as said; a lost connection fails. */
  public void await(Duration longest) {
    SqlCall.run(
        () -> {
          PGNotification[] heard =
              connection.unwrap(PGConnection.class).getNotifications((int) longest.toMillis());
          if (heard == null || heard.length == 0) {
            connection.isValid(1);
          }
        });
  }

  /** Takes a question; false if another runner has it. */
  public boolean claim(Request request) {
    return archive.query(
        dsl ->
            dsl.update(JOBS)
                    .set(JOBS.STATUS, "running")
                    .set(JOBS.STARTED_AT, DSL.currentOffsetDateTime())
                    .set(JOBS.HOST, "runner")
                    .where(JOBS.ID.eq(request.id()), JOBS.STATUS.eq("pending"))
                    .execute()
                == 1);
  }

  /** Leaves the answer to a question. */
  public void answer(Request request, String json) {
    archive.query(
        dsl ->
            dsl.update(JOBS)
                .set(JOBS.STATUS, "completed")
                .set(JOBS.COMPLETED_AT, DSL.currentOffsetDateTime())
                .set(JOBS.RESULT, JSONB.valueOf(json))
                .where(JOBS.ID.eq(request.id()))
                .execute());
  }

  /** Says why there is no answer. */
  public void refuse(Request request, String message) {
    archive.query(
        dsl ->
            dsl.update(JOBS)
                .set(JOBS.STATUS, "failed")
                .set(JOBS.COMPLETED_AT, DSL.currentOffsetDateTime())
                .set(JOBS.ERROR_MESSAGE, message)
                .where(JOBS.ID.eq(request.id()))
                .execute());
  }

  @Override
  public void close() {
    SqlCall.run(connection::close);
  }
}
