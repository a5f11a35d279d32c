package dev.archivist.engine.hold;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.policy.Family;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyTable;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What must stay where it is.
 *
 * @param family whose rows
 * @param active the holds that are in force, oldest first
 */
public record Holds(Family family, List<Hold> active) {
  private static final Set<String> EACH_STATEMENT_SEES_WHAT_IS_COMMITTED =
      Set.of("read committed", "read uncommitted");

  public Holds {
    active = List.copyOf(active);
  }

  /** The policy whose rows they are. */
  public Policy policy() {
    return family.policy();
  }

  /**
   * The holds as they will be until this transaction ends: whoever makes or releases one waits for
   * it. A hold that is being made is waited for.
   *
   * @throws SQLException {@code 55P03} if that takes longer than {@code lock_timeout}
   * @throws ArchiveException {@code ZA004} in a transaction with one snapshot for all statements,
   *     which may be older than a hold
   */
  public static Holds locked(Connection connection, Policy policy) throws SQLException {
    String isolation =
        Query.named(connection, "hold.lock").bind(policy.id()).one(row -> row.getString(2));
    requireFreshSnapshots(policy, isolation);
    return now(connection, policy);
  }

  /**
   * Refuses a transaction with one snapshot for all statements.
   *
   * @param isolation its isolation level, as PostgreSQL names it
   * @throws ArchiveException {@code ZA004}
   */
  public static void requireFreshSnapshots(Policy policy, String isolation)
      throws ArchiveException {
    if (!EACH_STATEMENT_SEES_WHAT_IS_COMMITTED.contains(isolation)) {
      throw new ArchiveException(
          ArchiveError.POLICY_REFUSED,
          policy.name(),
          "policy \""
              + policy.name()
              + "\" cannot be worked on at isolation level "
              + isolation
              + ": a hold made since the transaction began would not be seen, nor code that was added",
          "Run it at READ COMMITTED.");
    }
  }

  /** The holds of a policy of one table at this moment. */
  public static Holds now(Connection connection, Policy policy) throws SQLException {
    return new Holds(
        Family.ofRoot(policy),
        Query.named(connection, "hold.active")
            .bind(policy.id())
            .list(
                row ->
                    new Hold(
                        row.getString("hold_id"),
                        row.getString("kind"),
                        row.getInt("position"),
                        row.getObject("from_time", java.time.OffsetDateTime.class),
                        row.getObject("to_time", java.time.OffsetDateTime.class),
                        row.getString("matching"),
                        row.getObject("until", java.time.OffsetDateTime.class),
                        row.getString("reason"))));
  }

  /**
   * The condition that a live row of the root is held, itself or with a descendant; {@code alias}
   * is where its columns are.
   */
  public SqlText condition(String alias) {
    List<SqlText> held = new ArrayList<>();
    for (int position : active.stream().map(Hold::position).distinct().sorted().toList()) {
      held.add(position == 0 ? rowIsHeld(alias) : descendantIsHeld(alias, position));
    }
    return held.isEmpty()
        ? SqlText.load("hold.nothing_is_held")
        : SqlText.load("hold.any").with("held", SqlText.joined(" OR ", held));
  }

  private SqlText rowIsHeld(String alias) {
    return SqlText.load("hold.row_is_held")
        .with("policy_id", SqlText.number(policy().id()))
        .with("alias", SqlText.alias(alias))
        .with("time", policy().time());
  }

  private SqlText descendantIsHeld(String alias, int position) {
    PolicyTable table = policy().tables().get(position);
    return SqlText.load("hold.descendant_is_held")
        .with("policy_id", SqlText.number(policy().id()))
        .with("position", SqlText.number(position))
        .with("alias", SqlText.alias(alias))
        .with("time", policy().time())
        .with("descendants", family.descendants(table))
        .with("joined", family.joinedToRoot(table, alias))
        .with("descendant", SqlText.alias("held"));
  }
}
