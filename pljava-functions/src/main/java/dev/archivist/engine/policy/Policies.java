package dev.archivist.engine.policy;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.QualifiedName;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/** Reads {@code archive.policies}. */
public final class Policies {
  private Policies() {}

  /**
   * The policy of this name.
   *
   * @throws ArchiveException {@code ZA002} if there is none, {@code ZA003} if it is invalid
   */
  public static Policy named(Connection connection, String name) throws SQLException {
    List<String> series =
        Query.named(connection, "policy.series").bind(name).list(row -> row.getString(1));
    return Query.named(connection, "policy.named")
        .bind(name)
        .first(row -> readValid(row, series))
        .orElseThrow(
            () ->
                new ArchiveException(
                    ArchiveError.POLICY_UNKNOWN,
                    name,
                    "no policy is named \"" + name + "\"",
                    "SELECT name FROM archive.policies lists them."));
  }

  /**
   * The instant before which rows are old enough: the database's clock less the policy's age,
   * counted in UTC; for roll-ups the start of that UTC day, so that only whole days are rolled up.
   * The setting {@code archivist.now} stands in for the clock in rehearsals and tests.
   */
  public static OffsetDateTime cutoff(Connection connection, Policy policy) throws SQLException {
    return Query.of(
            connection, SqlText.load("policy.cutoff").with("clock", SqlText.load("policy.clock")))
        .bind(policy.name())
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
    return Query.of(
            connection,
            SqlText.load("policy.retention").with("clock", SqlText.load("policy.clock")))
        .bind(policy.name())
        .first(row -> row.getObject(1, OffsetDateTime.class));
  }

  /** A name that no table or column can have makes the policy invalid. */
  private static Policy readValid(ResultSet row, List<String> series) throws SQLException {
    try {
      return read(row, series.stream().map(Identifier::new).toList());
    } catch (IllegalArgumentException e) {
      throw new ArchiveException(
          ArchiveError.POLICY_INVALID,
          row.getString("name"),
          "policy \"" + row.getString("name") + "\" is invalid: " + e.getMessage(),
          "Correct the row of archive.policies.");
    }
  }

  private static Policy read(ResultSet row, List<Identifier> series) throws SQLException {
    return new Policy(
        row.getInt("policy_id"),
        row.getString("name"),
        kind(row, series),
        QualifiedName.of(row.getString("source_schema"), row.getString("source_table")),
        QualifiedName.of(row.getString("archive_schema"), row.getString("archive_table")),
        new Identifier(row.getString("time_column")),
        row.getInt("batch_rows"),
        row.getBoolean("enabled"));
  }

  private static PolicyKind kind(ResultSet row, List<Identifier> series) throws SQLException {
    String kind = row.getString("kind");
    return switch (kind) {
      case "move" -> new PolicyKind.Move();
      case "rollup" -> new PolicyKind.Rollup(series, new Identifier(row.getString("value_column")));
      case "offload" ->
          new PolicyKind.Offload(
              new Identifier(row.getString("key_column")),
              new Identifier(row.getString("file_column")),
              Optional.ofNullable(row.getString("size_column")).map(Identifier::new),
              new Identifier(row.getString("format_column")),
              row.getString("object_prefix"),
              row.getString("codec"));
      default -> throw new IllegalStateException("unknown kind of policy: " + kind);
    };
  }
}
