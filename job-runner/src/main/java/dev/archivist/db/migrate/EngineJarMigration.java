package dev.archivist.db.migrate;

import dev.archivist.db.EngineJar;
import dev.archivist.db.Statements;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
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
    List<String> present = PlJava.jars(connection);
    String replaced = classpath(connection);
    if (!present.contains(jar.name())) {
      load(connection);
    }
    Statements.query(connection, "pljava.set_classpath")
        .bind(jar.name())
        .one(row -> row.getBoolean(1));
    for (String old : present) {
      // Sessions that have loaded some of the jar that is replaced now still read from it.
      if (!old.equals(jar.name()) && !old.equals(replaced)) {
        PlJava.remove(connection, old);
      }
    }
    Statements.query(connection, "pljava.grant_use").update();
    Statements.query(connection, "pljava.close_managers").update();
    record(connection);
  }

  private static String classpath(Connection connection) throws SQLException {
    return Statements.query(connection, "pljava.classpath").one(row -> row.getString(1));
  }

  /** Takes every policy's lock until the transaction ends, so that no job sees half an upgrade. */
  static void refuseWhileJobsRun(Connection connection) throws SQLException {
    Optional<String> busy =
        Statements.query(connection, "migration.busy_policy").first(row -> row.getString(1));
    if (busy.isPresent()) {
      String policy = busy.get();
      throw new ArchiveException(
          ArchiveError.POLICY_HELD,
          policy,
          "the engine cannot be replaced while policy \"" + policy + "\" has a running job",
          "Wait until the job has ended, or stop it, and migrate again.");
    }
  }

  private void load(Connection connection) throws SQLException {
    Statements.query(connection, "pljava.install_jar")
        .bind(HexFormat.of().formatHex(jar.bytes()), jar.name())
        .one(row -> row.getBoolean(1));
  }

  private void record(Connection connection) throws SQLException {
    Statements.query(connection, "pljava.forget_jar").update();
    Statements.query(connection, "pljava.record_jar")
        .bind(jar.name(), jar.version(), jar.sha256(), jar.bytes().length)
        .update();
  }
}
