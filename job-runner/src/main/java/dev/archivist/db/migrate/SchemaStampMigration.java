package dev.archivist.db.migrate;

import dev.archivist.db.Database;
import dev.archivist.db.SchemaStamp;
import dev.archivist.db.Statements;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.zip.CRC32;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;

/**
 * Lets the schema say what it was made of. It is a repeatable migration whose description sorts
 * last, in the transaction of all that changed.
 */
public final class SchemaStampMigration implements JavaMigration {
  static final String DESCRIPTION = "99 schema stamp";

  private final SchemaStamp stamp;

  SchemaStampMigration(SchemaStamp stamp) {
    this.stamp = stamp;
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
    CRC32 sum = new CRC32();
    String made = stamp.version() + stamp.functions() + stamp.engine().orElse("");
    sum.update(made.getBytes(StandardCharsets.UTF_8));
    return (int) sum.getValue();
  }

  @Override
  public boolean canExecuteInTransaction() {
    return true;
  }

  @Override
  public void migrate(Context context) throws SQLException {
    write(context.getConnection(), stamp.text());
  }

  /**
   * Lets the next migration write it where the schema does not say it: a dump may have come without
   * comments, which Flyway does not see.
   */
  static void forgetIfLost(Database database, SchemaStamp stamp) {
    if (!isLost(database, stamp)) {
      return;
    }
    database.inSession(
        "archivist migrate",
        connection -> {
          if (MigrationHistory.isThere(connection)) {
            Statements.query(connection, "history.forget_if_last")
                .bind(DESCRIPTION, new SchemaStampMigration(stamp).getChecksum())
                .update();
            connection.commit();
          }
          return null;
        });
  }

  static boolean isLost(Database database, SchemaStamp stamp) {
    return database.fit().schema().filter(stamp::isSameAs).isEmpty();
  }

  /** What has no functions any more is not whole. */
  static void remove(Connection connection) throws SQLException {
    write(connection, "");
  }

  private static void write(Connection connection, String text) throws SQLException {
    Statements.query(connection, "migration.stamp").bind(text).one(row -> row.getString(1));
    Statements.query(connection, "migration.write_stamp").update();
  }
}
