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
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
                    for (String policy : Policies.maybeWithFiles(connection)) {
                      directories.addAll(of(connection, Policies.named(connection, policy), base));
                    }
                  }
                  return null;
                }));
    return directories;
  }

  /**
   * How many archived reports have their objects in other stores.
   *
   * @param bases what the locations of this one begin with
   * @return by the directory that those of one store and policy lie in
   */
  public Map<String, Long> elsewhere(Collection<String> bases) {
    Map<String, Long> others = new TreeMap<>();
    database.inSession(
        "archivist store",
        connection ->
            Transactions.readOnly(
                connection,
                () -> {
                  for (String policy : Policies.maybeWithFiles(connection)) {
                    for (Reports each : reports(connection, Policies.named(connection, policy))) {
                      if (bases.stream().noneMatch((each.place() + "/")::startsWith)) {
                        others.merge(each.place(), each.count(), Long::sum);
                      }
                    }
                  }
                  return null;
                }));
    return others;
  }

  /** Archived reports whose objects lie in one place. */
  private record Reports(String place, long count) {}

  private static List<Reports> reports(Connection connection, Policy policy) throws SQLException {
    return hasLocations(connection, policy)
        ? Query.of(connection, Statements.text("content.places").with("archive", policy.archive()))
            .list(row -> new Reports(row.getString(1), row.getLong(2)))
        : List.of();
  }

  private static boolean hasLocations(Connection connection, Policy policy) throws SQLException {
    return policy.kind().files().isPresent()
        && Inspection.trusted(connection, policy).root().archive().named(LOCATION).isPresent();
  }

  private static List<String> of(Connection connection, Policy policy, String base)
      throws SQLException {
    if (!hasLocations(connection, policy)) {
      return List.of();
    }
    SqlText text = Statements.text("content.directories").with("archive", policy.archive());
    return Query.of(connection, text).bind(base).list(row -> row.getString(1));
  }
}
