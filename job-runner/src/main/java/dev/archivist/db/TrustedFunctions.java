package dev.archivist.db;

import dev.archivist.document.TrustedFunction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;

/** Functions of others that somebody vouches for. */
public final class TrustedFunctions {
  private final Database database;

  public TrustedFunctions(Database database) {
    this.database = database;
  }

  /**
   * Vouches for a function as it is now, in the name of this session's role.
   *
   * @param function with its schema and the types of its arguments, or its name if it is the only
   *     one
   * @param reason why; may be null
   * @return its name as it was written down
   * @throws dev.archivist.failure.ArchiveFailure {@code ZA047} if there is none, or several
   */
  public String trust(String function, String reason) {
    return database.looking(
        connection ->
            Statements.query(connection, "trust.trust")
                .bind(function, reason)
                .one(row -> row.getString(1)));
  }

  /**
   * Takes back what anybody has vouched for the function.
   *
   * @throws dev.archivist.failure.ArchiveFailure {@code ZA047} if nobody had
   */
  public void revoke(String function) {
    database.looking(
        connection ->
            Statements.query(connection, "trust.revoke").bind(function).one(row -> row.getLong(1)));
  }

  /** All of them. */
  public List<TrustedFunction> all() {
    return database.looking(
        connection -> Statements.query(connection, "trust.list").list(TrustedFunctions::read));
  }

  private static TrustedFunction read(ResultSet row) throws SQLException {
    return new TrustedFunction(
        row.getString("routine"),
        row.getString("state"),
        row.getString("trusted_by"),
        row.getObject("trusted_at", OffsetDateTime.class),
        row.getString("reason"));
  }
}
