package dev.archivist.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.testing.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How long rows stay where is counted from their own time, so a policy could contradict itself. */
class RetentionTest {
  private static TestDatabase db;

  @BeforeAll
  static void migrate() {
    db = TestDatabase.migrated();
  }

  @AfterAll
  static void drop() {
    db.close();
  }

  private static void update(String change) {
    db.execute("UPDATE archive.policies SET " + change + " WHERE name = 'reports'");
  }

  @ParameterizedTest
  @CsvSource({
    "keep_for = '180 days'; object_keep_for = NULL, keep_for_is_longer_than_archive_after",
    "archive_after = '5 years', keep_for_is_longer_than_archive_after",
    "archive_after = '3 years', object_keep_for_is_longer_than_archive_after",
    "object_keep_for = '6 months', object_keep_for_is_longer_than_archive_after",
    "object_keep_for = '61 months', object_keep_for_is_at_most_keep_for",
    "keep_for = '35 months', object_keep_for_is_at_most_keep_for"
  })
  void aPolicyThatContradictsItselfIsRefused(String change, String constraint) {
    assertThatThrownBy(() -> update(change.replace(';', ','))).hasMessageContaining(constraint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "keep_for = NULL, object_keep_for = NULL",
        "keep_for = NULL, object_keep_for = '100 years'",
        "keep_for = '181 days', object_keep_for = NULL",
        "keep_for = '181 days', object_keep_for = '181 days'",
        "archive_after = '180 days', keep_for = '5 years', object_keep_for = '3 years'"
      })
  void anyOtherIsTaken(String change) {
    update(change);

    assertThat(db.number("SELECT count(*) FROM archive.policies WHERE " + same(change))).isOne();
    update("archive_after = '180 days', keep_for = '5 years', object_keep_for = '3 years'");
  }

  private static String same(String change) {
    return "name = 'reports' AND " + change.replace(",", " AND").replace("= NULL", "IS NULL");
  }

  @Test
  void aPolicyThatIsThereAlreadyDoesNotKeepADatabaseFromBeingMigrated() {
    assertThat(
            db.rows(
                "SELECT conname FROM pg_constraint WHERE conrelid = 'archive.policies'::regclass"
                    + " AND NOT convalidated ORDER BY 1"))
        .hasToString(
            "[[keep_for_is_longer_than_archive_after], [object_keep_for_is_at_most_keep_for],"
                + " [object_keep_for_is_longer_than_archive_after]]");
  }
}
