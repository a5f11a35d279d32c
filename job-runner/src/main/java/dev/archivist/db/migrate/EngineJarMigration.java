package dev.archivist.db.migrate;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;

/**
 * Loads the engine's jar into the database. It is a repeatable migration whose description sorts
 * before those of the functions, so jar and functions come in one transaction or not at all.
 */
public final class EngineJarMigration implements JavaMigration {
  static final String DESCRIPTION = "05 engine jar";

  private final EngineJar jar;

  EngineJarMigration(EngineJar jar) {
    this.jar = jar;
  }

  @Override
  public MigrationVersion getVersion() {
    return null;
  }

  @Override
  public String getDescription() {
    return DESCRIPTION;
  }

  @Override
  public Integer getChecksum() {
    return jar.checksum();
  }

  @Override
  public boolean canExecuteInTransaction() {
    return true;
  }

  @Override
  public void migrate(Context context) throws SQLException {
    Connection connection = context.getConnection();
    refuseWhileJobsRun(connection);
    try (Statement statement = connection.createStatement()) {
      List<String> present = PlJava.jars(statement);
      String replaced = classpath(statement);
      if (!present.contains(jar.name())) {
        load(connection);
      }
      statement.execute("SELECT sqlj.set_classpath('archive', '" + jar.name() + "')");
      for (String old : present) {
        // Sessions that have loaded some of the jar that is replaced now still read from it.
        if (!old.equals(jar.name()) && !old.equals(replaced)) {
          statement.execute("SELECT sqlj.remove_jar('" + old + "', false)");
        }
      }
      statement.execute("GRANT USAGE ON SCHEMA sqlj TO archive_owner");
      // Whoever may call these can run code of his own in the database.
      for (String manager : managers(connection)) {
        statement.execute("REVOKE ALL ON FUNCTION " + manager + " FROM PUBLIC");
      }
    }
    record(connection);
  }

  private static String classpath(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT sqlj.get_classpath('archive')")) {
      row.next();
      return row.getString(1);
    }
  }

  /** Takes every policy's lock until the transaction ends, so that no job sees half an upgrade. */
  static void refuseWhileJobsRun(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT name FROM archive.policies"
                    + " WHERE NOT pg_try_advisory_xact_lock(1095910216, policy_id)"
                    + " ORDER BY name LIMIT 1")) {
      if (row.next()) {
        String policy = row.getString(1);
        throw new ArchiveException(
            ArchiveError.POLICY_HELD,
            policy,
            "the engine cannot be replaced while policy \"" + policy + "\" has a running job",
            "Wait until the job has ended, or stop it, and migrate again.");
      }
    }
  }

  private void load(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT sqlj.install_jar(?::bytea, ?, false)")) {
      statement.setBytes(1, jar.bytes());
      statement.setString(2, jar.name());
      statement.execute();
    }
  }

  private static List<String> managers(Connection connection) throws SQLException {
    List<String> functions = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT p.oid::regprocedure::text FROM pg_proc p"
                    + " WHERE p.pronamespace = 'sqlj'::regnamespace AND p.prokind = 'f'")) {
      while (row.next()) {
        functions.add(row.getString(1));
      }
    }
    return functions;
  }

  private void record(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM archive.engine_jar");
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO archive.engine_jar (name, version, sha256, bytes) VALUES (?, ?, ?, ?)")) {
      statement.setString(1, jar.name());
      statement.setString(2, jar.version());
      statement.setString(3, jar.sha256());
      statement.setLong(4, jar.bytes().length);
      statement.executeUpdate();
    }
  }
}
