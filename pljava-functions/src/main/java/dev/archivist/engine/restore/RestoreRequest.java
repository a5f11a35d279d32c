package dev.archivist.engine.restore;

import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyTable;
import dev.archivist.engine.sql.QualifiedName;
import dev.archivist.engine.sql.Query;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/**
 * What is to be restored.
 *
 * @param from first instant, by the policy's time column
 * @param to first instant that does not come back any more
 * @param into the table that gets a copy; empty: rows go back to the live table
 * @param matching JSON object of the columns and values that a row must have; null takes all of the
 *     range
 * @param hold how long what comes back stays live, as an interval of PostgreSQL; null if it is not
 *     held
 */
public record RestoreRequest(
    OffsetDateTime from,
    OffsetDateTime to,
    Optional<QualifiedName> into,
    String matching,
    String hold) {

  /**
   * Checks what was asked for and puts it into one form.
   *
   * @param options a JSON object: {@code from}, {@code to}, and if need be {@code into}, {@code
   *     where}, {@code hold}
   * @throws SQLException {@code ZA015} or {@code ZA041} if it cannot be understood
   */
  public static String checked(Connection connection, Policy policy, String options)
      throws SQLException {
    return Query.named(connection, "restore.options")
        .bind(policy.name(), options)
        .one(row -> row.getString(1));
  }

  /**
   * @param options in the form that {@link #checked} gives
   */
  public static RestoreRequest of(Connection connection, String options) throws SQLException {
    return Query.named(connection, "restore.request").bind(options).one(RestoreRequest::read);
  }

  private static RestoreRequest read(ResultSet row) throws SQLException {
    String table = row.getString("into_table");
    return new RestoreRequest(
        row.getObject("from_time", OffsetDateTime.class),
        row.getObject("to_time", OffsetDateTime.class),
        table == null
            ? Optional.empty()
            : Optional.of(QualifiedName.of(row.getString("into_schema"), table)),
        row.getString("matching"),
        row.getString("hold"));
  }

  /** What of the range is in the bin, and so will not come back, for people to read. */
  public List<String> binned(Connection connection, Policy policy) throws SQLException {
    return Query.named(connection, "restore.binned")
        .bind(policy.name(), to, from)
        .list(
            row ->
                row.getString("month")
                    + " is in the bin: archivist bin restore "
                    + row.getString("bin_id"));
  }

  /** Where the rows of a table go. */
  public QualifiedName target(PolicyTable table) {
    return into.orElse(table.source());
  }
}
