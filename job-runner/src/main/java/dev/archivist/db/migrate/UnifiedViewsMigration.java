package dev.archivist.db.migrate;

import dev.archivist.db.Database;
import dev.archivist.db.Statements;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;

/**
 * Makes the unified views of every policy, whoever declared it. It is a repeatable migration whose
 * description sorts after those of the presets; it runs again when the function that makes the
 * views is another, and when a view is missing.
 */
public final class UnifiedViewsMigration implements JavaMigration {
  static final String DESCRIPTION = "40 unified views";

  private static final String GENERATOR =
      "/db/migrations/functions/any/R__12_make_unified_views.sql";

  private final List<String> remarks = new ArrayList<>();

  /**
   * Lets the next migration make views where one is missing: Flyway would see neither that someone
   * dropped it nor that there is a new policy.
   */
  static void forgetIfMissing(Database database) {
    database.inSession(
        "archivist migrate",
        connection -> {
          if (MigrationHistory.isThere(connection)) {
            Statements.query(connection, "history.forget_views_if_missing")
                .bind(DESCRIPTION)
                .update();
            connection.commit();
          }
          return null;
        });
  }

  /** Which policies could not have their views, and why. */
  List<String> remarks() {
    return List.copyOf(remarks);
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
    try (InputStream generator =
        Objects.requireNonNull(
            UnifiedViewsMigration.class.getResourceAsStream(GENERATOR), GENERATOR)) {
      sum.update(generator.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return (int) sum.getValue();
  }

  @Override
  public boolean canExecuteInTransaction() {
    return true;
  }

  @Override
  public void migrate(Context context) throws SQLException {
    record Refused(String policy, String problem, String hint) {}
    List<Refused> refused =
        Statements.query(context.getConnection(), "migration.make_unified_views")
            .list(row -> new Refused(row.getString(1), row.getString(2), row.getString(3)));
    for (Refused each : refused) {
      remarks.add("policy \"" + each.policy() + "\" has no unified views: " + each.problem());
      if (!each.hint().isEmpty()) {
        remarks.add("HINT: " + each.hint());
      }
    }
  }
}
