package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.archivist.store.s3.LifecycleServer;
import dev.archivist.store.s3.S3Server;
import dev.archivist.testing.Archivist;
import dev.archivist.testing.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class S3LifecycleCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path home;
  private final TestDatabase db = TestDatabase.migrated();
  private final String bucket = "b-" + UUID.randomUUID();

  @AfterEach
  void drop() {
    db.close();
  }

  private Archivist on(S3Server server) {
    server.createBucket(bucket);
    return Archivist.on(db, home)
        .with("ARCHIVE_STORE_URI", "s3://" + bucket + "/here")
        .with("AWS_ACCESS_KEY_ID", server.accessKey())
        .with("AWS_SECRET_ACCESS_KEY", server.secretKey())
        .with("AWS_DEFAULT_REGION", "us-east-1")
        .with("AWS_ENDPOINT_URL", server.endpoint());
  }

  @Test
  void writesWhatShouldBeThereAndLeavesTheRulesOfOthers() throws Exception {
    try (LifecycleServer server = new LifecycleServer()) {
      Archivist archivist = server.with(Archivist.on(db, home));
      Archivist.Result missing = archivist.run("s3-lifecycle", "show");
      assertThat(missing.code()).isEqualTo(1);
      assertThat(missing.out()).contains("not there");
      server.configure(
          "<LifecycleConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Rule>"
              + "<ID>someone else's</ID><Filter><Prefix>there/</Prefix></Filter>"
              + "<Status>Enabled</Status><Expiration><Days>17</Days></Expiration></Rule>"
              + "</LifecycleConfiguration>");

      JsonNode rules = JSON.readTree(archivist.run("s3-lifecycle", "apply", "--json").out());

      assertThat(rules.findValuesAsText("actual"))
          .containsExactly(
              "enabled; objects here/archived-reports/*; to GLACIER after 90 days; incomplete uploads"
                  + " deleted after 7 days",
              "enabled; objects here/archived-reports/* tagged archivist-expire=yes; deleted after 1"
                  + " days");
      assertThat(rules.findValuesAsText("in_place")).containsOnly("true");
      assertThat(server.configuration()).contains("someone else").contains("<Days>17</Days>");
      assertThat(archivist.run("s3-lifecycle", "show").code()).isZero();
      Archivist later = archivist.with("ARCHIVE_GLACIER_AFTER_DAYS", "30");
      assertThat(later.run("s3-lifecycle", "show").code()).isEqualTo(1);
      assertThat(later.run("s3-lifecycle", "apply").code()).isZero();
      assertThat(server.configuration().split("<ID>", -1)).hasSize(1 + 3);
    }
  }

  /** All else of them stays as it was. */
  @Test
  void rulesOfOthersThatHaveTheOldFormGetTheNewOne() throws Exception {
    try (LifecycleServer server = new LifecycleServer()) {
      server.configure(
          "<LifecycleConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Rule>"
              + "<ID>old</ID><Prefix>there/</Prefix><Status>Disabled</Status>"
              + "<Transition><Days>30</Days><StorageClass>GLACIER</StorageClass></Transition>"
              + "<NoncurrentVersionExpiration><NoncurrentDays>9</NoncurrentDays>"
              + "</NoncurrentVersionExpiration></Rule>"
              + "<Rule><ID>all</ID><Prefix></Prefix><Status>Enabled</Status>"
              + "<Expiration><Days>3650</Days></Expiration></Rule></LifecycleConfiguration>");

      Archivist.Result result = server.with(Archivist.on(db, home)).run("s3-lifecycle", "apply");

      assertThat(result.code()).as(result.err()).isZero();
      List<String> rules = List.of(server.configuration().split("(?=<Rule>)"));
      assertThat(rules).hasSize(1 + 4);
      assertThat(rules)
          .filteredOn(rule -> rule.contains("<ID>old</ID>"))
          .singleElement()
          .asString()
          .contains("<Filter><Prefix>there/</Prefix></Filter>")
          .contains("<Status>Disabled</Status>")
          .contains("<Days>30</Days>", "<StorageClass>GLACIER</StorageClass>")
          .contains("<NoncurrentDays>9</NoncurrentDays>");
      assertThat(rules)
          .filteredOn(rule -> rule.contains("<ID>all</ID>"))
          .singleElement()
          .asString()
          .contains("<Filter><Prefix></Prefix></Filter>")
          .contains("<Days>3650</Days>");
    }
  }

  @Test
  void theBucketsSettingForSmallObjectsStaysAndIsToldWhereItKeepsThem() throws Exception {
    try (LifecycleServer server = new LifecycleServer()) {
      Archivist archivist = server.with(Archivist.on(db, home));
      assertThat(archivist.run("s3-lifecycle", "apply").out())
          .containsOnlyOnce("NOTE: objects below 128 KB stay where they are");
      JsonNode rules = JSON.readTree(archivist.run("s3-lifecycle", "show", "--json").out());
      assertThat(rules.at("/0/note").asText()).startsWith("objects below 128 KB stay");
      assertThat(rules.at("/1/note").isNull()).isTrue();
      assertThat(
              archivist
                  .with("ARCHIVE_GLACIER_AFTER_DAYS", "0")
                  .run("s3-lifecycle", "show", "--json")
                  .out())
          .doesNotContain("128 KB");

      server.minimumSize("varies_by_storage_class");

      assertThat(archivist.run("s3-lifecycle", "apply").out()).doesNotContain("NOTE");
      assertThat(server.minimumSize()).isEqualTo("varies_by_storage_class");
    }
  }

  /** S3Mock forgets the tag: the rule would delete everything. */
  @Test
  void leavesNoRuleThatWouldDeleteWhatIsNotTagged() {
    S3Server server = S3Server.s3mock();
    Archivist archivist = on(server);
    server.addLifecycleRule(bucket, "someone else's", "there/");

    Archivist.Result result = archivist.run("s3-lifecycle", "apply");

    assertThat(result.code()).isEqualTo(3);
    assertThat(result.err()).contains("does not keep the tag");
    assertThat(server.lifecycleRules(bucket))
        .containsExactlyInAnyOrder("someone else's", "archivist-store:here/archived-reports/");
  }

  /** They would be for the objects of the other. */
  @Test
  void rulesOfAnotherDatabasesStoreAreNotWritten() {
    S3Server server = S3Server.s3mock();
    Archivist archivist = on(server);
    server.addLifecycleRule(bucket, "someone else's", "there/");
    try (TestDatabase other = TestDatabase.migrated()) {
      Archivist owner = archivist.with("DATABASE_URL", other.url());
      assertThat(owner.run("store", "take-over", "--yes").code()).isZero();

      Archivist.Result result = archivist.run("s3-lifecycle", "apply");

      assertThat(result.code()).isEqualTo(3);
      assertThat(result.err()).contains("belongs to database " + other.name());
      assertThat(server.lifecycleRules(bucket)).containsExactly("someone else's");
    }
  }

  @Test
  void aDirectoryHasNoRules() {
    Archivist.Result result = Archivist.on(db, home).run("s3-lifecycle", "show");

    assertThat(result.code()).isEqualTo(3);
    assertThat(result.err()).contains("has no lifecycle rules");
  }

  @Test
  void aServerWithoutRulesIsSaidToBeSo() {
    Archivist.Result result = on(S3Server.s3proxy()).run("s3-lifecycle", "apply");

    assertThat(result.code()).isEqualTo(3);
    assertThat(result.err()).contains("does not know lifecycle rules");
  }

  @Test
  void aNumberOfDaysIsANumber() {
    Archivist.Result result =
        on(S3Server.s3mock())
            .with("ARCHIVE_GLACIER_AFTER_DAYS", "soon")
            .run("s3-lifecycle", "show");

    assertThat(result.code()).isEqualTo(3);
    assertThat(result.err()).contains("ARCHIVE_GLACIER_AFTER_DAYS");
  }
}
