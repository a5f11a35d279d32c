package dev.archivist.engine.catalog;

import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.QualifiedName;
import dev.archivist.engine.sql.Query;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;

/** The month partitions of an archive table. */
public final class MonthPartitions {
  private MonthPartitions() {}

  /** Name of the partition for the month. */
  public static String name(QualifiedName archive, Month month) {
    return archive.table().name() + month.suffix();
  }

  /** The partition for the month. */
  public static QualifiedName table(QualifiedName archive, Month month) {
    return new QualifiedName(archive.schema(), new Identifier(name(archive, month)));
  }

  /** Names of the partitions that are there, without those that are being detached. */
  public static Set<String> present(Connection connection, QualifiedName archive)
      throws SQLException {
    return new HashSet<>(
        Query.named(connection, "catalog.partitions")
            .bind(archive.schema().name(), archive.table().name())
            .list(row -> row.getString(1)));
  }

  /**
   * Makes the partitions of a policy's archives for a month, those that are missing.
   *
   * @return whether any was missing
   * @throws SQLException {@code 55P03} if a lock was not free within 100 ms
   */
  public static boolean make(Connection connection, String policy, Month month)
      throws SQLException {
    return Query.named(connection, "catalog.make_month_partition")
        .bind(policy, month.firstDay())
        .one(row -> row.getBoolean(1));
  }
}
