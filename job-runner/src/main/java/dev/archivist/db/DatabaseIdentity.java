package dev.archivist.db;

/**
 * Which database this is, among all that there are. A copy that {@code CREATE DATABASE … TEMPLATE}
 * or a dump makes is another one; a physical copy of the whole cluster is not.
 *
 * @param id the cluster's system identifier and the database's number, {@code 7340…:16384}; see <a
 *     href="https://www.postgresql.org/docs/15/functions-info.html">pg_control_system</a>
 * @param name the database's name, for people
 */
public record DatabaseIdentity(String id, String name) {
  /** Asks the database. */
  public static DatabaseIdentity of(Database database) {
    return database.looking(
        connection ->
            Statements.query(connection, "session.identity")
                .one(row -> new DatabaseIdentity(row.getString("id"), row.getString("name"))));
  }
}
