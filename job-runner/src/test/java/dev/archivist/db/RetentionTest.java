package dev.archivist.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.testing.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

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

  private static final String ANY = "archive_after = '180 days', keep_for = '5 years', ";

  private static void update(String change) {
    db.execute("UPDATE archive.policies SET " + change + " WHERE name = 'reports'");
  }

  private static String objects(String keepFor) {
    return "settings = settings || '{\"object_keep_for\": \"" + keepFor + "\"}'";
  }

  static List<Arguments> contradictions() {
    String keepFor = "keep_for_is_longer_than_archive_after";
    return List.of(
        Arguments.of("keep_for = '180 days', settings = settings - 'object_keep_for'", keepFor),
        Arguments.of("archive_after = '5 years', settings = settings - 'object_keep_for'", keepFor),
        Arguments.of("archive_after = '3 years'", "is not longer than archive_after"),
        Arguments.of(objects("6 months"), "is not longer than archive_after"),
        Arguments.of(objects("61 months"), "is longer than keep_for"),
        Arguments.of("keep_for = '35 months'", "is longer than keep_for"));
  }

  @ParameterizedTest
  @MethodSource("contradictions")
  void aPolicyThatContradictsItselfIsRefused(String change, String why) {
    assertThatThrownBy(() -> update(change)).hasMessageContaining(why);
  }

  static List<String> others() {
    return List.of(
        "keep_for = NULL, settings = settings - 'object_keep_for'",
        "keep_for = NULL, " + objects("100 years"),
        "keep_for = '181 days', settings = settings - 'object_keep_for'",
        "keep_for = '181 days', " + objects("181 days"),
        ANY + objects("3 years"));
  }

  @ParameterizedTest
  @MethodSource("others")
  void anyOtherIsTaken(String change) {
    update(change);

    assertThat(db.number("SELECT count(*) FROM archive.policies WHERE name = 'reports'")).isOne();
    update(ANY + objects("3 years"));
  }

  static List<Arguments> wrongSettings() {
    return List.of(
        Arguments.of("logs", "{\"x\": \"1\"}", "kind move has no settings"),
        Arguments.of("metrics", "{\"value\": \"value\"}", "needs columns that name a series"),
        Arguments.of("metrics", "{\"series\": [], \"value\": \"v\"}", "name a series"),
        Arguments.of("metrics", "{\"series\": [1], \"value\": \"v\"}", "name a series"),
        Arguments.of("metrics", "{\"series\": [\"a\"]}", "the sampled value"),
        Arguments.of(
            "metrics", "{\"series\": [\"a\"], \"value\": \"v\", \"y\": 1}", "no such settings"),
        Arguments.of("reports", "{\"key\": \"id\"}", "an offload needs"),
        Arguments.of("reports", "{\"key\": 7}", "are texts"));
  }

  @ParameterizedTest
  @MethodSource("wrongSettings")
  void eachKindChecksItsSettings(String policy, String settings, String why) {
    assertThatThrownBy(
            () ->
                db.execute(
                    "UPDATE archive.policies SET settings = '%s' WHERE name = '%s'"
                        .formatted(settings, policy)))
        .hasMessageContaining("policy \"" + policy + "\" is invalid")
        .hasMessageContaining(why);
  }

  @Test
  void aKindThatThereIsNotIsRefusedWithThoseThatThereAre() {
    assertThatThrownBy(
            () -> db.execute("UPDATE archive.policies SET kind = 'shred' WHERE name = 'logs'"))
        .hasMessageContaining("there is no kind \"shred\"")
        .hasMessageContaining("move, offload, rollup");
  }

  @Test
  void eachChangeOfARuleIsAVersionOfIt() {
    db.execute(
        "UPDATE archive.policies SET batch_rows = 77 WHERE name = 'logs'",
        "UPDATE archive.policy_tables SET source_table = 'other' WHERE policy = 'logs'",
        "UPDATE archive.policy_tables SET source_table = 'scenario_logs' WHERE policy = 'logs'");

    assertThat(db.value("SELECT version FROM archive.policies WHERE name = 'logs'")).isEqualTo("4");
    assertThat(
            db.rows(
                "SELECT policy_versions.version, rule ->> 'batch_rows', rule #>> '{tables,0,source_table}',"
                    + " policy_versions.valid_from < valid_to FROM archive.policy_versions"
                    + " JOIN archive.policies p USING (policy_id) WHERE p.name = 'logs' ORDER BY 1"))
        .containsExactly(
            List.of("1", "10000", "scenario_logs", "t"),
            List.of("2", "77", "scenario_logs", "t"),
            List.of("3", "77", "other", "t"));
  }
}
