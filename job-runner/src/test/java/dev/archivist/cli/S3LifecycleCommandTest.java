package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.archivist.store.s3.LifecycleServer;
import dev.archivist.store.s3.S3Server;
import dev.archivist.testing.Archivist;
import dev.archivist.testing.TestDatabase;
import java.nio.file.Path;
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
              + "<ID>somebody else's</ID><Filter><Prefix>there/</Prefix></Filter>"
              + "<Status>Enabled</Status><Expiration><Days>17</Days></Expiration></Rule>"
              + "</LifecycleConfiguration>");

      JsonNode rules = JSON.readTree(archivist.run("s3-lifecycle", "apply", "--json").out());

      assertThat(rules.findValuesAsText("actual"))
          .containsExactly(
              "enabled; objects here/archived-reports/*; to GLACIER after 90 days; half uploads"
                  + " deleted after 7 days",
              "enabled; objects here/archived-reports/* tagged archivist-expire=yes; deleted after 1"
                  + " days");
      assertThat(rules.findValuesAsText("in_place")).containsOnly("true");
      assertThat(server.configuration()).contains("somebody else").contains("<Days>17</Days>");
      assertThat(archivist.run("s3-lifecycle", "show").code()).isZero();
      Archivist later = archivist.with("ARCHIVE_GLACIER_AFTER_DAYS", "30");
      assertThat(later.run("s3-lifecycle", "show").code()).isEqualTo(1);
      assertThat(later.run("s3-lifecycle", "apply").code()).isZero();
      assertThat(server.configuration().split("<ID>", -1)).hasSize(1 + 3);
    }
  }

  /** S3Mock forgets the tag: the rule would delete everything. */
  @Test
  void leavesNoRuleThatWouldDeleteWhatIsNotTagged() {
    S3Server server = S3Server.s3mock();
    Archivist archivist = on(server);
    server.addLifecycleRule(bucket, "somebody else's", "there/");

    Archivist.Result result = archivist.run("s3-lifecycle", "apply");

    assertThat(result.code()).isEqualTo(3);
    assertThat(result.err()).contains("does not keep the tag");
    assertThat(server.lifecycleRules(bucket))
        .containsExactlyInAnyOrder("somebody else's", "archivist-store:here/archived-reports/");
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
