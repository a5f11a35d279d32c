package dev.archivist.engine.report;

import dev.archivist.engine.hold.Holds;
import dev.archivist.engine.policy.FileColumns;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What the database knows of objects that are to go: stray ones, which no row refers to, and those
 * whose reports are kept longer than they are. The caller works for a job of the policy, so that no
 * report comes to refer to an object meanwhile.
 */
public final class ReportObjects {
  private ReportObjects() {}

  /**
   * An object that reports need.
   *
   * @param rows of how many, archived or in the bin, the object has this name
   * @param same whether one of them has this very location; if not, it may be the same store under
   *     another name, or another store
   */
  public record Need(String location, long rows, boolean same) {}

  /**
   * Which of these objects a report of the policy needs, archived or in the bin.
   *
   * @param locations a JSON array of URIs
   */
  public static List<Need> needed(Connection connection, Policy policy, String locations)
      throws SQLException {
    SqlText text = SqlText.load("report.needed").with("archive", policy.archive());
    return Query.of(connection, text)
        .bind(locations)
        .list(
            row ->
                new Need(row.getString("location"), row.getLong("rows"), row.getBoolean("same")));
  }

  /**
   * An object that is to be deleted.
   *
   * @param restored the report that came back from it; empty where a report went out of the bin
   */
  public record Stray(String location, Optional<Restored> restored) {}

  /** A report as it came back from its object: its key, its path, and what its file held. */
  public record Restored(UUID report, String file, long contentBytes, String contentSha256) {}

  /**
   * Objects that are to be deleted; ask again whether a report needs them.
   *
   * @param all also those whose time in the bin is not over
   */
  public static List<Stray> stray(Connection connection, Policy policy, boolean all)
      throws SQLException {
    return Query.named(connection, "object.stray")
        .bind(policy.name(), null, all)
        .list(ReportObjects::readStray);
  }

  /** The object, if it is stray and its time in the bin over. */
  public static Optional<Stray> strayAndDue(Connection connection, Policy policy, String location)
      throws SQLException {
    return Query.named(connection, "object.stray")
        .bind(policy.name(), location, false)
        .first(ReportObjects::readStray);
  }

  private static Stray readStray(ResultSet row) throws SQLException {
    String report = row.getString("report");
    return new Stray(
        row.getString("location"),
        report == null
            ? Optional.empty()
            : Optional.of(
                new Restored(
                    UUID.fromString(report),
                    row.getString("file"),
                    row.getLong("content_bytes"),
                    row.getString("content_sha256"))));
  }

  /** Notes that the object is gone, or is not stray. */
  public static void forgetStray(Connection connection, String location) throws SQLException {
    Query.named(connection, "object.stray_forget").bind(location).update();
  }

  /**
   * An object that was recorded as one that the store has to be told may go.
   *
   * @param released whether its report still says so; if not, the entry is to be forgotten
   */
  public record Expiring(String location, boolean released) {}

  /**
   * Objects that the store has to be told may go, but for those whose reports are held.
   *
   * @param all also those whose time in the bin is not over
   */
  public static List<Expiring> expiring(Connection connection, Policy policy, boolean all)
      throws SQLException {
    return expiring(connection, Holds.now(connection, policy), null, all);
  }

  /**
   * The object at this location, if the store still has to be told; empty if its report is held or
   * in the bin. Until this transaction ends, whoever makes a hold waits for it.
   */
  public static Optional<Expiring> expiring(Connection connection, Policy policy, String location)
      throws SQLException {
    return expiring(connection, Holds.locked(connection, policy), location, true).stream()
        .findFirst();
  }

  private static List<Expiring> expiring(
      Connection connection, Holds holds, String location, boolean all) throws SQLException {
    SqlText text =
        SqlText.load("object.expiring")
            .with("archive", holds.policy().archive())
            .with("key", ReportRows.files(holds.policy()).key())
            .with("held", holds.condition("kept"));
    return Query.of(connection, text)
        .bind(holds.policy().name(), location, all)
        .list(row -> new Expiring(row.getString("location"), row.getBoolean("released")));
  }

  /** Notes that the store knows, or need not know any more. */
  public static void forgetExpiring(Connection connection, String location) throws SQLException {
    Query.named(connection, "object.expiring_forget").bind(location).update();
  }

  /** Whether any object is past the policy's object_keep_for and not held. */
  public static boolean anyPast(Connection connection, Policy policy) throws SQLException {
    if (!expire(connection, policy)) {
      return false;
    }
    SqlText text =
        SqlText.load("object.any_past").with("past", past(Holds.now(connection, policy)));
    return Query.of(connection, text).bind(policy.name(), 1).one(row -> row.getBoolean(1));
  }

  /**
   * Releases objects past the policy's object_keep_for, which the store has yet to be told, at most
   * {@code batch_rows}.
   *
   * @return how many
   */
  public static int release(Connection connection, Policy policy) throws SQLException {
    if (!expire(connection, policy)) {
      return 0;
    }
    Holds holds = Holds.locked(connection, policy);
    SqlText text =
        SqlText.load("object.release")
            .with("past", past(holds))
            .with("archive", policy.archive())
            .with("key", ReportRows.files(policy).key());
    return Query.of(connection, text)
        .bind(policy.name(), policy.batchRows(), policy.name())
        .update();
  }

  private static boolean expire(Connection connection, Policy policy) throws SQLException {
    return Query.named(connection, "object.expire")
        .bind(policy.name())
        .one(row -> row.getBoolean(1));
  }

  private static SqlText past(Holds holds) {
    FileColumns offload = ReportRows.files(holds.policy());
    return SqlText.load("object.past")
        .with("is_own", isOwn(holds.policy(), "kept"))
        .with("archive", holds.policy().archive())
        .with("key", offload.key())
        .with("time", holds.policy().time())
        .with("held", holds.condition("kept"));
  }

  /**
   * The condition that the object of a row is that report's own, by its name.
   *
   * @param row what the statement calls the archived row
   */
  public static SqlText isOwn(Policy policy, String row) {
    return SqlText.load("object.is_own")
        .with("row", SqlText.alias(row))
        .with("time", policy.time())
        .with("key", ReportRows.files(policy).key());
  }

  /** Locations of objects that were released, but whose reports were held since. */
  public static List<String> releasedButHeld(Connection connection, Policy policy)
      throws SQLException {
    Holds holds = Holds.now(connection, policy);
    if (holds.active().isEmpty()) {
      return List.of();
    }
    SqlText text =
        SqlText.load("object.released_but_held")
            .with("archive", policy.archive())
            .with("held", holds.condition("kept"));
    return Query.of(connection, text).list(row -> row.getString(1));
  }

  /** Notes that the object stays after all. */
  public static void kept(Connection connection, Policy policy, String location)
      throws SQLException {
    forgetExpiring(connection, location);
    SqlText text = SqlText.load("object.kept").with("archive", policy.archive());
    Query.of(connection, text).bind(policy.name(), location, location).update();
  }
}
