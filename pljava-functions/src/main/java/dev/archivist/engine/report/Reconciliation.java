package dev.archivist.engine.report;

import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.job.Action;
import dev.archivist.engine.job.Host;
import dev.archivist.engine.job.Job;
import dev.archivist.engine.job.Jobs;
import dev.archivist.engine.policy.FileColumns;
import dev.archivist.engine.policy.Policies;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The database's side of bringing reports and objects together again, after the database has gone
 * back in time and the store has not.
 */
public final class Reconciliation {
  private Reconciliation() {}

  /**
   * An object that no archived report refers to.
   *
   * @param location its URI
   * @param live the live report that it is named after; empty if there is none
   */
  public record Orphan(String location, Optional<Live> live) {}

  /** A live report, its time, and the path of its file; null if it names none. */
  public record Live(UUID id, OffsetDateTime createdAt, String file) {}

  /**
   * Opens a job that reconciles.
   *
   * @throws ArchiveException {@code ZA012} if the role is no member of archive_owner, {@code ZA001}
   *     if another session holds the policy, {@code ZA002} if there is no such policy
   */
  public static Job begin(Connection connection, String policyName) throws SQLException {
    Jobs.requireOwner(connection, policyName);
    Policy policy = Policies.named(connection, policyName);
    Jobs.take(connection, policy);
    return Jobs.open(connection, policy, Host.RUNNER, Action.RECONCILE, "{}", Optional.empty());
  }

  /**
   * Which of these objects no archived report refers to.
   *
   * @param locations a JSON array of URIs
   */
  public static List<Orphan> orphans(Connection connection, Policy policy, String locations)
      throws SQLException {
    FileColumns offload = ReportRows.files(policy);
    SqlText text =
        SqlText.load("report.orphans")
            .with("source", policy.source())
            .with("archive", policy.archive())
            .with("time", policy.time())
            .with("key", offload.key())
            .with("file", offload.file());
    return Query.of(connection, text).bind(locations).list(Reconciliation::read);
  }

  private static Orphan read(ResultSet row) throws SQLException {
    String key = row.getString("key");
    return new Orphan(
        row.getString("location"),
        key == null
            ? Optional.empty()
            : Optional.of(
                new Live(
                    UUID.fromString(key),
                    row.getObject("at", OffsetDateTime.class),
                    row.getString("file"))));
  }

  /**
   * Gives every object that was to go the policy's {@code bin_for} from now: what this database
   * says of it may be older than the object.
   */
  public static void postponeDeletions(Connection connection, Policy policy) throws SQLException {
    Query.named(connection, "object.postpone_stray").bind(policy.name()).update();
    Query.named(connection, "object.postpone_expiring").bind(policy.name()).update();
  }
}
