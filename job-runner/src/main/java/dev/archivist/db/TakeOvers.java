package dev.archivist.db;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.sql.Connection;
import java.sql.SQLException;

/** What this database takes from others, for the audit trail. */
public final class TakeOvers {
  private final Database database;

  public TakeOvers(Database database) {
    this.database = database;
  }

  /**
   * Takes something over, and says so in the audit trail. The entry is made first and committed
   * last: there is none if the taking fails.
   *
   * @param place what is taken
   * @param previousOwner whose it was, in words
   * @param takes takes it
   * @throws ArchiveFailure {@code ZA012} to whoever is no member of archive_owner
   */
  public void record(String place, String previousOwner, Runnable takes) {
    database.inSession(
        "archivist store",
        connection ->
            Transactions.commit(
                connection,
                () -> {
                  requireOwner(connection);
                  Statements.query(connection, "store.take_over")
                      .bind(place, previousOwner)
                      .one(row -> row.getBoolean(1));
                  takes.run();
                  return null;
                }));
  }

  private static void requireOwner(Connection connection) throws SQLException {
    record Membership(boolean owner, String role) {}
    Membership membership =
        Statements.query(connection, "store.may_take_over")
            .one(row -> new Membership(row.getBoolean(1), row.getString(2)));
    if (!membership.owner()) {
      throw new ArchiveFailure(
          ArchiveError.PRIVILEGE_MISSING,
          "role " + membership.role() + " may not take over a store",
          "It takes a member of archive_owner.");
    }
  }
}
