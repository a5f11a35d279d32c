package dev.archivist.engine.job;

import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Which code a statement on a policy's tables runs, as versions of rows of the catalogue. The
 * guards look at that code before any statement names the tables. If an index, a check or a
 * statistics object was added after the look and before a statement was planned, its functions have
 * run all the same. What they did is undone with the transaction: so whoever has named the tables
 * asks at the end whether the code is still what was looked at, and does not commit if not.
 *
 * @param policy whose tables
 * @param version what was found
 */
public record CodeState(Policy policy, String version) {
  /** As it is now; to be asked before the guards look. */
  public static CodeState of(Connection connection, Policy policy) throws SQLException {
    SqlText text = SqlText.load("catalog.code_state_now").with("code_state", now(policy));
    return new CodeState(policy, Query.of(connection, text).one(row -> row.getString(1)));
  }

  /** The state when a statement runs, for a condition of that statement. */
  public static SqlText now(Policy policy) {
    return SqlText.load("catalog.code_state").with("policy", SqlText.number(policy.id()));
  }

  /**
   * For who has named the tables in statements, when they are done.
   *
   * @throws SQLException {@code 40001} if the code is another; the caller must roll back
   */
  public void require(Connection connection) throws SQLException {
    Query.named(connection, "catalog.own_path").update();
    if (!of(connection, policy).version().equals(version)) {
      throw new SQLException(
          "a table of policy \""
              + policy.name()
              + "\", or what runs with it, was changed meanwhile; nothing was done, try again",
          "40001");
    }
  }
}
