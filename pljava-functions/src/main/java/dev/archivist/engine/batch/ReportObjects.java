package dev.archivist.engine.batch;

import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.sql.Query;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * What the database knows of objects that are to go, which no row refers to. The caller works for a
 * job of the policy, so that no report comes to refer to an object meanwhile.
 */
public final class ReportObjects {
  private ReportObjects() {}

  /** Locations of objects that are to be deleted; ask again whether a report refers to them. */
  public static List<String> stray(Connection connection, Policy policy) throws SQLException {
    return Query.named(connection, "objects_stray")
        .bind(policy.name())
        .list(row -> row.getString(1));
  }

  /** Notes that the object is gone, or is not stray. */
  public static void forgetStray(Connection connection, String location) throws SQLException {
    Query.named(connection, "objects_stray_forget").bind(location).update();
  }
}
