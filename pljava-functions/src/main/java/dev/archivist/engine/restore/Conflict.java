package dev.archivist.engine.restore;

import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.catalog.Keys;
import dev.archivist.engine.digest.Digest;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyTable;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.QualifiedName;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Archived rows that cannot go where they are to go, because others have their key or a constraint
 * refuses them.
 *
 * @param key the unique index that they meet at, or the constraint
 * @param rows how many they are
 * @param shown the first twenty
 */
public record Conflict(String key, long rows, List<String> shown) {
  public Conflict {
    shown = List.copyOf(shown);
  }

  /** Rows of the range that cannot go where the request says. */
  public static List<Conflict> of(
      Connection connection,
      Policy policy,
      RestoreRequest request,
      OffsetDateTime from,
      OffsetDateTime to)
      throws SQLException {
    return request.into().isPresent()
        ? withCopy(connection, policy, request, from, to)
        : withLive(connection, policy, request, from, to);
  }

  /**
   * What the tables that rows go to ask of them, and a restore only finds out by putting them
   * there.
   */
  static List<String> unseen(Connection connection, Policy policy, RestoreRequest request)
      throws SQLException {
    List<String> unseen = new ArrayList<>();
    for (PolicyTable table : policy.tables()) {
      QualifiedName target = request.target(table);
      unseen.addAll(
          Query.named(connection, "restore.unseen")
              .bind(target.schema().name(), target.table().name())
              .list(row -> row.getString(1)));
    }
    if (request.into().isPresent()
        && Keys.unique(connection, request.target(policy.root())).size() > 1) {
      unseen.add("another unique key");
    }
    return unseen;
  }

  /**
   * {@code ZA042} for a batch that failed, with what is in its way, or may be.
   *
   * @param rows how many rows could not go, if nothing is found
   */
  static ArchiveException of(Connection connection, RestoreContext context, long rows)
      throws SQLException {
    Policy policy = context.policy();
    QualifiedName target = context.request().target(policy.root());
    List<Conflict> found = of(connection, policy, context.request(), context.from(), context.to());
    if (!found.isEmpty()) {
      return refused(policy, target, found);
    }
    List<String> unseen = unseen(connection, policy, context.request());
    String maybe = unseen.isEmpty() ? "a constraint" : String.join(", or ", unseen);
    return refused(policy, target, List.of(new Conflict(maybe, rows, List.of("(unknown)"))));
  }

  /**
   * Rows of the range whose key a live row has already, or another row of the range, by each unique
   * index of the live table; and rows that one of its constraints would refuse.
   */
  private static List<Conflict> withLive(
      Connection connection,
      Policy policy,
      RestoreRequest request,
      OffsetDateTime from,
      OffsetDateTime to)
      throws SQLException {
    List<Conflict> found = new ArrayList<>();
    for (PolicyTable table : policy.tables()) {
      found.addAll(withLive(connection, policy, table, request, from, to));
    }
    return found;
  }

  /**
   * The condition on a row of the root asks nothing of its descendants: all of the range is asked.
   */
  private static List<Conflict> withLive(
      Connection connection,
      Policy policy,
      PolicyTable table,
      RestoreRequest request,
      OffsetDateTime from,
      OffsetDateTime to)
      throws SQLException {
    String matching = table.isRoot() ? request.matching() : null;
    Set<QualifiedName> family =
        policy.tables().stream().map(PolicyTable::source).collect(Collectors.toSet());
    List<Conflict> found = new ArrayList<>();
    SqlText columns = SqlText.columns("kept", Columns.of(connection, table.source()).names());
    for (Keys.Unique key : Keys.unique(connection, table.source())) {
      SqlText text =
          SqlText.load("restore.conflicts")
              .with("columns", columns)
              .with("archive", table.archive())
              .with("time", table.archiveTime())
              .with("target", table.source())
              .with("keys", key.keys())
              .with("same", key.same())
              .with("grouped", key.grouped())
              .with("complete", key.complete())
              .with("shown", key.shown())
              .with("predicate", key.predicate());
      add(found, key.name(), Query.of(connection, text).bind(from, to, matching));
    }
    for (Keys.Constraint constraint :
        Keys.constraints(connection, table.source(), table.archive())) {
      if (constraint.refersTo().filter(family::contains).isPresent()) {
        continue; // parents come back with their children
      }
      SqlText text = breaking(table, columns, constraint);
      add(found, constraint.name(), Query.of(connection, text).bind(from, to, matching));
    }
    return found;
  }

  private static SqlText breaking(PolicyTable table, SqlText columns, Keys.Constraint constraint) {
    return SqlText.load("restore.constraint_conflicts")
        .with("columns", columns)
        .with("archive", table.archive())
        .with("time", table.archiveTime())
        .with("violated", constraint.violated())
        .with("shown", constraint.shown());
  }

  /**
   * Rows of the range whose key a row of the table has already, with other content; and rows that
   * one of its constraints would refuse.
   */
  private static List<Conflict> withCopy(
      Connection connection,
      Policy policy,
      RestoreRequest request,
      OffsetDateTime from,
      OffsetDateTime to)
      throws SQLException {
    List<Conflict> found = new ArrayList<>();
    QualifiedName table = request.target(policy.root());
    List<Identifier> key = Keys.shared(connection, policy.archive(), table);
    if (key.isEmpty()) {
      return found;
    }
    Columns content = CopyBatch.ownColumns(policy, Columns.of(connection, policy.archive()));
    SqlText text =
        SqlText.load("restore.copy_conflicts")
            .with("archive", policy.archive())
            .with("time", policy.time())
            .with("target", table)
            .with("kept_key", SqlText.columns("kept", key))
            .with("same_key", content.only(key).equal("kept", "made"))
            .with("kept_digest_a", Digest.first("kept", content))
            .with("kept_digest_b", Digest.second("kept", content))
            .with("made_digest_a", Digest.first("made", content))
            .with("made_digest_b", Digest.second("made", content));
    String name = key.stream().map(Identifier::name).collect(Collectors.joining(", "));
    add(found, name, Query.of(connection, text).bind(from, to, request.matching()));
    for (Keys.Constraint constraint : Keys.constraints(connection, table, policy.archive())) {
      if (constraint.isOfBoth()) {
        SqlText breaking =
            breaking(policy.root(), SqlText.columns("kept", content.names()), constraint);
        add(
            found,
            constraint.name(),
            Query.of(connection, breaking).bind(from, to, request.matching()));
      }
    }
    return found;
  }

  private static void add(List<Conflict> found, String key, Query query) throws SQLException {
    record Shown(String key, long total) {}
    List<Shown> rows = query.list(row -> new Shown(row.getString(1), row.getLong(2)));
    if (!rows.isEmpty()) {
      found.add(new Conflict(key, rows.get(0).total(), rows.stream().map(Shown::key).toList()));
    }
  }

  /** {@code ZA042}, with the list. */
  public static ArchiveException refused(
      Policy policy, QualifiedName target, List<Conflict> conflicts) {
    return new ArchiveException(
        ArchiveError.RESTORE_CONFLICT,
        policy.name(),
        "archived rows cannot go into "
            + target
            + ", because others have their keys or a constraint refuses them: "
            + conflicts.stream().map(Conflict::toString).collect(Collectors.joining("; ")),
        "Nothing was overwritten; delete or change the rows that are in the way, add what a foreign"
            + " key asks for, or restore with --into another table.");
  }

  @Override
  public String toString() {
    return key
        + ": "
        + rows
        + (rows == 1 ? " row: " : " rows: ")
        + String.join(", ", shown)
        + (rows > shown.size() ? ", …" : "");
  }
}
