package dev.archivist.db;

import dev.archivist.engine.job.Inspection;
import dev.archivist.engine.policy.Policies;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Where this database has objects, of whichever policy. */
public final class StoredLocations {
  private static final Identifier LOCATION = new Identifier("s3_location");

  private final Database database;

  public StoredLocations(Database database) {
    this.database = database;
  }

  /**
   * Directories with objects of archived reports, of reports in the bin, and with objects that are
   * to go.
   *
   * @param bases what their locations begin with
   * @return each without its last slash
   * @throws dev.archivist.failure.ArchiveFailure {@code ZA004} if a statement on a policy's archive
   *     would run code of others
   */
  public Set<String> directories(Collection<String> bases) {
    Set<String> directories = new TreeSet<>();
    List<String> policies =
        new Archive(database).policies().stream().map(Archive.PolicySummary::name).toList();
    database.inSession(
        "archivist store",
        connection ->
            Transactions.readOnly(
                connection,
                () -> {
                  for (String base : bases) {
                    directories.addAll(
                        Query.of(connection, Statements.text("content.recorded_directories"))
                            .bind(base)
                            .list(row -> row.getString(1)));
                    for (String policy : policies) {
                      directories.addAll(of(connection, Policies.named(connection, policy), base));
                    }
                  }
                  return null;
                }));
    return directories;
  }

  private static List<String> of(Connection connection, Policy policy, String base)
      throws SQLException {
    if (policy.kind().files().isEmpty()) {
      return List.of();
    }
    Inspection inspection = Inspection.trusted(connection, policy);
    if (inspection.root().archive().named(LOCATION).isEmpty()) {
      return List.of();
    }
    SqlText text = Statements.text("content.directories").with("archive", policy.archive());
    return Query.of(connection, text).bind(base).list(row -> row.getString(1));
  }
}
