package dev.archivist.db.migrate;

import dev.archivist.db.EngineJar;
import dev.archivist.db.Statements;
import java.sql.SQLException;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;

/**
 * Lets PL/Java find every function of ours in the jar that was loaded. Its description sorts after
 * those of the functions, and it belongs to their transaction: a jar that is not what it should be
 * is not kept.
 */
public final class EngineCheckMigration implements JavaMigration {
  private final EngineJar jar;

  EngineCheckMigration(EngineJar jar) {
    this.jar = jar;
  }

  @Override
  public MigrationVersion getVersion() {
    return null;
  }

  @Override
  public String getDescription() {
    return "90 engine check";
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
    Statements.query(context.getConnection(), "pljava.validate").update();
  }
}
