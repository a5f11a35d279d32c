package dev.archivist.engine.policy;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/** Reads {@code archive.policies} and {@code archive.policy_tables}. */
public final class Policies {
  private Policies() {}

  /**
   * The policy of this name.
   *
   * @throws ArchiveException {@code ZA002} if there is none, {@code ZA003} if it is invalid
   */
  public static Policy named(Connection connection, String name) throws SQLException {
    List<PolicyPart> parts =
        Query.of(
                connection,
                SqlText.load("policy.named").with("parts", SqlText.load("policy.parts")))
            .bind(name)
            .list(PolicyPart::read);
    return PolicyPart.policy(parts).orElseThrow(() -> unknown(name));
  }

  /** Names of the policies, at rest or not, whose content may be in files. */
  public static List<String> maybeWithFiles(Connection connection) throws SQLException {
    return Query.named(connection, "policy.maybe_with_files").list(row -> row.getString(1));
  }

  /** {@code ZA002}. */
  public static ArchiveException unknown(String name) {
    return new ArchiveException(
        ArchiveError.POLICY_UNKNOWN,
        name,
        "no policy is named \"" + name + "\"",
        "SELECT name FROM archive.policies lists them.");
  }

  /**
   * The instant before which rows are old enough: the database's clock less the policy's age,
   * counted in UTC, and cut down to what the kind takes as a whole. The setting {@code
   * archivist.now} stands in for the clock in rehearsals and tests.
   */
  public static OffsetDateTime cutoff(Connection connection, Policy policy) throws SQLException {
    return Query.named(connection, "policy.cutoff")
        .bind(policy.kind().cutoffUnit(), policy.name())
        .one(row -> row.getObject(1, OffsetDateTime.class));
  }

  /**
   * The instant such that months of the archive which ended before it are past their retention; by
   * the same clock as {@link #cutoff}.
   *
   * @return empty where the archive is kept for ever
   */
  public static Optional<OffsetDateTime> retention(Connection connection, Policy policy)
      throws SQLException {
    return Query.named(connection, "policy.retention")
        .bind(policy.name())
        .first(row -> row.getObject(1, OffsetDateTime.class));
  }
}
