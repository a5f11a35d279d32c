package dev.archivist.db.migrate;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;

/**
 * Lets PL/Java find every function of ours in the jar that was loaded. Its description sorts after
 * those of the functions, and it belongs to their transaction: a jar that is not what it should be
 * is not kept.
 */
public final class EngineCheckMigration implements JavaMigration {
  private static final String VALIDATE =
      "DO $$ DECLARE call text; BEGIN"
          + " FOR call IN SELECT format('SELECT %s(%s)', l.lanvalidator::regproc, p.oid)"
          + " FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang"
          + " WHERE l.lanname = 'java' AND p.pronamespace = 'archive'::regnamespace"
          + " LOOP EXECUTE call; END LOOP; END $$";

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
    Connection connection = context.getConnection();
    try (Statement statement = connection.createStatement()) {
      statement.execute(VALIDATE);
    }
  }
}
