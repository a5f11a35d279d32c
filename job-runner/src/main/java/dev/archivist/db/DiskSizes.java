package dev.archivist.db;

import dev.archivist.document.DiskUse;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What the tables of each policy take on disk. */
public final class DiskSizes {
  private final Database database;

  public DiskSizes(Database database) {
    this.database = database;
  }

  /** The tables of each tier, as PostgreSQL writes an array of their object ids. */
  private record Tiers(String policy, String live, String archive, String bin) {}

  /**
   * Of every policy, by name. Looking at a size takes the weakest lock on the table: a tier that
   * somebody is altering, or waits to alter, is unknown after 100 ms.
   */
  public List<DiskUse> ofPolicies() {
    return database.looking(
        connection -> {
          List<Tiers> policies =
              Statements.query(connection, "disk.tables")
                  .list(
                      row ->
                          new Tiers(
                              row.getString("policy"),
                              row.getString("live"),
                              row.getString("archive"),
                              row.getString("bin")));
          connection.setAutoCommit(false);
          List<DiskUse> sizes = new ArrayList<>();
          for (Tiers each : policies) {
            sizes.add(
                new DiskUse(
                    each.policy(),
                    bytes(connection, each.live()),
                    bytes(connection, each.archive()),
                    bytes(connection, each.bin())));
          }
          connection.setAutoCommit(true);
          return sizes;
        });
  }

  /** Null where it cannot be said; no lock is kept for the next. */
  private static Long bytes(Connection connection, String tables) throws SQLException {
    try {
      return Transactions.readOnly(
          connection,
          () -> {
            Statements.query(connection, "disk.short_wait").update();
            return Statements.query(connection, "disk.bytes")
                .bind(tables)
                .one(row -> row.getLong("bytes"));
          });
    } catch (ArchiveFailure e) {
      if (e.error() == ArchiveError.DATABASE_BUSY) {
        return null;
      }
      throw e;
    }
  }
}
