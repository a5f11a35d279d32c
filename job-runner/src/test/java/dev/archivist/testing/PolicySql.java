package dev.archivist.testing;

/** SQL by which a test declares a policy by hand. */
public final class PolicySql {
  private PolicySql() {}

  /** The root of a policy, both tables in schema public. */
  public static String table(String policy, String source, String archive) {
    return "INSERT INTO archive.policy_tables (policy, position, source_schema, source_table,"
        + " archive_schema, archive_table) VALUES (%s, 0, 'public', %s, 'public', %s)"
            .formatted(literal(policy), literal(source), literal(archive));
  }

  private static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
