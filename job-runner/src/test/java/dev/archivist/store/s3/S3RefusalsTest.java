package dev.archivist.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.ArchiveStore;
import dev.archivist.store.StoreSettings;
import dev.archivist.store.TestContent;
import dev.archivist.testing.FreePort;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What real servers refuse, and servers that are not there. */
class S3RefusalsTest {
  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"s3mock", "s3proxy"})
  void saysThatTheBucketIsMissing(String kind) {
    S3Server server = kind.equals("s3mock") ? S3Server.s3mock() : S3Server.s3proxy();

    // S3Proxy calls a delete in a bucket that is not there a success; so does the contract
    assertAllFail(
        S3Store.open(server.settings("s3://no-bucket-" + UUID.randomUUID())),
        ArchiveError.STORE_MISSING,
        "ARCHIVE_STORE_URI");
  }

  @ParameterizedTest
  @CsvSource({"archivist-test, wrong", "nobody, archivist-test-secret"})
  void saysThatTheCredentialsAreWrong(String accessKey, String secretKey) {
    S3Server server = S3Server.s3proxy();
    String bucket = "b-" + UUID.randomUUID();
    server.createBucket(bucket);

    assertAllFail(
        S3Store.open(
            new StoreSettings(
                "s3://" + bucket, accessKey, secretKey, "us-east-1", server.endpoint())),
        ArchiveError.STORE_DENIED,
        "AWS_SECRET_ACCESS_KEY");
  }

  @Test
  void saysThatNobodyListens() {
    assertAllFail(
        storeAt("http://127.0.0.1:" + FreePort.any()),
        ArchiveError.STORE_UNREACHABLE,
        "AWS_ENDPOINT_URL");
  }

  @Test
  void saysThatTheHostIsUnknown() {
    assertAllFail(
        storeAt("http://no-such-host.invalid"), ArchiveError.STORE_UNREACHABLE, "AWS_ENDPOINT_URL");
  }

  @Test
  void saysThatNoTlsIsSpoken() {
    String plain = S3Server.s3proxy().endpoint();

    assertAllFail(
        storeAt(plain.replace("http:", "https:")),
        ArchiveError.STORE_UNREACHABLE,
        "AWS_ENDPOINT_URL");
  }

  private static S3Store storeAt(String endpoint) {
    return S3Store.open(
        new StoreSettings("s3://bucket", "access", "TOPSECRET", "us-east-1", endpoint));
  }

  private void assertAllFail(ArchiveStore opened, ArchiveError error, String hint) {
    TestContent report = TestContent.of(temp, "report");
    Map<String, ThrowingCallable> calls =
        Map.of(
            "put", () -> opened.put("a", report.file(), report.sha256()),
            "open", () -> opened.open("a"),
            "stat", () -> opened.stat("a"),
            "list", () -> opened.list("", object -> {}),
            "check", opened::check);
    try (opened) {
      calls.forEach(
          (name, call) ->
              assertThatThrownBy(call)
                  .as(name)
                  .isInstanceOfSatisfying(
                      ArchiveFailure.class,
                      failure -> {
                        assertThat(failure.error()).as(name + ": " + failure).isEqualTo(error);
                        assertThat(failure.hint()).contains(hint).endsWith(".");
                        assertThat(failure.toString()).doesNotContain("TOPSECRET", "wrong");
                      }));
    }
  }
}
