package dev.archivist.engine.job;

import static java.util.stream.Collectors.joining;

import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyTable;
import dev.archivist.engine.sql.QualifiedName;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.Savepoints;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Locks of a policy's tables that keep others from changing what was looked at. */
public final class TableLocks {
  private TableLocks() {}

  /**
   * Locks the live and archive tables of a policy as a batch itself will: nobody can add a trigger
   * or a foreign key then.
   *
   * @param target takes the place of the root's live table; null if it is that
   */
  public static void take(Connection connection, Policy policy, QualifiedName target)
      throws SQLException {
    List<SqlText> tables = new ArrayList<>();
    for (PolicyTable table : policy.tables()) {
      tables.add(only(table.isRoot() && target != null ? target : table.source()));
      tables.add(only(table.archive()));
    }
    Query.of(connection, SqlText.load("lock.tables").with("tables", SqlText.join(tables))).update();
    keepOthersOut(connection, policy);
  }

  /**
   * Where a superuser works on tables of others, keeps out until the transaction ends who adds code
   * that is run when a statement is planned. A superuser's functions can do what no rollback
   * undoes, so that {@link CodeState} would come too late; and they can do nothing of the kind
   * while autovacuum has the table, for which nobody waits.
   *
   * @throws SQLException {@code 55P03} if another session has one of the tables in such a mode
   */
  public static void keepOthersOut(Connection connection, Policy policy) throws SQLException {
    if (!policy.ofOthers()) {
      return;
    }
    List<SqlText> tables = policy.tables().stream().map(each -> only(each.source())).toList();
    Savepoints.attempt(
        connection,
        Set.of("55P03"),
        () ->
            Query.of(
                    connection,
                    SqlText.load("lock.tables_of_others").with("tables", SqlText.join(tables)))
                .update(),
        failure -> {
          String names =
              policy.tables().stream()
                  .map(each -> '"' + each.source().toString().replace("\"", "\\\"") + '"')
                  .collect(joining(",", "{", "}"));
          if (!Query.named(connection, "lock.vacuumed").bind(names).one(row -> row.getBoolean(1))) {
            throw failure;
          }
          return 0;
        });
  }

  private static SqlText only(QualifiedName table) {
    return SqlText.load("lock.only").with("table", table);
  }
}
