package dev.archivist.engine.partition;

import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.QualifiedName;
import dev.archivist.engine.sql.Query;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** The month partitions of a policy's archive. */
public final class MonthPartitions {
  private MonthPartitions() {}

  /** Name of the partition for the month. */
  public static String name(Policy policy, Month month) {
    return policy.archive().table().name() + month.suffix();
  }

  /** The partition for the month. */
  public static QualifiedName table(Policy policy, Month month) {
    return new QualifiedName(policy.archive().schema(), new Identifier(name(policy, month)));
  }

  /** Names of the partitions that are there, without those that are being detached. */
  public static Set<String> present(Connection connection, Policy policy) throws SQLException {
    return new HashSet<>(
        Query.named(connection, "partitions")
            .bind(policy.archive().schema().name(), policy.archive().table().name())
            .list(row -> row.getString(1)));
  }

  /**
   * Makes the partitions that are missing, in order of time.
   *
   * @return whether any was missing
   * @throws SQLException {@code 55P03} if a lock was not free within 100 ms
   */
  public static boolean make(Connection connection, Policy policy, Collection<Month> months)
      throws SQLException {
    if (months.isEmpty()) {
      return false;
    }
    boolean made = false;
    Set<String> present = present(connection, policy);
    for (Month month : months.stream().sorted().distinct().toList()) {
      if (!present.contains(name(policy, month))) {
        made |=
            Query.named(connection, "make_month_partition")
                .bind(policy.name(), month.firstDay())
                .one(row -> row.getBoolean(1));
      }
    }
    return made;
  }
}
