package dev.archivist.engine.job;

import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.hold.Holds;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.sql.QualifiedName;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Which code a statement on a policy's tables runs, as versions of rows of the catalogue. The
 * guards look at that code before any statement names the tables. If an index, a check or a
 * statistics object was added after the look and before a statement was planned, its functions have
 * run all the same. What they did is undone with the transaction: so whoever has named the tables
 * asks at the end whether the code is still what was looked at, and does not commit if not.
 *
 * @param policy whose tables
 * @param target another table that is named, where rows are copied to
 * @param oid that one's; 0 if there is none
 * @param version what was found
 */
public record CodeState(Policy policy, Optional<QualifiedName> target, long oid, String version) {
  /** Of the policy's tables alone. */
  public CodeState(Policy policy, String version) {
    this(policy, Optional.empty(), 0, version);
  }

  /**
   * As it is now; to be asked before the guards look.
   *
   * @param target where rows are copied to; one that is not there yet runs no code of others
   * @throws ArchiveException {@code ZA004} in a transaction with one snapshot for all statements
   */
  public static CodeState of(Connection connection, Policy policy, Optional<QualifiedName> target)
      throws SQLException {
    Optional<Long> oid = Optional.empty();
    if (target.isPresent()) {
      oid =
          Query.named(connection, "catalog.oid_of")
              .bind(target.get().schema().name(), target.get().table().name())
              .first(row -> row.getLong(1));
    }
    SqlText text =
        SqlText.load("catalog.code_state_now").with("code_state", now(policy, oid.orElse(0L)));
    return new CodeState(
        policy,
        oid.isPresent() ? target : Optional.empty(),
        oid.orElse(0L),
        Query.of(connection, text)
            .one(
                row -> {
                  Holds.requireFreshSnapshots(policy, row.getString(2));
                  return row.getString(1);
                }));
  }

  /** The state of the policy's tables when a statement runs, for a condition of that statement. */
  public static SqlText now(Policy policy) {
    return now(policy, 0);
  }

  /** The state of the same tables when a statement runs, for a condition of that statement. */
  public SqlText now() {
    return now(policy, oid);
  }

  private static SqlText now(Policy policy, long oid) {
    return SqlText.load("catalog.code_state")
        .with("policy", SqlText.number(policy.id()))
        .with("target", SqlText.number(oid));
  }

  /**
   * For who has named the tables in statements, when they are done.
   *
   * @throws SQLException {@code 40001} if the code is another; the caller must roll back
   */
  public void require(Connection connection) throws SQLException {
    Query.named(connection, "catalog.own_path").update();
    if (!of(connection, policy, target).equals(this)) {
      throw new SQLException(
          "a table of policy \""
              + policy.name()
              + "\", or what runs with it, was changed meanwhile; nothing was done, try again",
          "40001");
    }
  }
}
