package dev.archivist.store.s3;

import static dev.archivist.store.s3.FaultyServer.answer;
import static dev.archivist.store.s3.FaultyServer.header;
import static dev.archivist.store.s3.FaultyServer.method;
import static dev.archivist.store.s3.FaultyServer.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.LocalContent;
import dev.archivist.store.StoreSettings;
import dev.archivist.store.StoredObject;
import dev.archivist.store.TestContent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.s3.S3Client;

/** A store whose server, or the way there, misbehaves. */
class S3FaultsTest {
  private static final long MIB = 1024 * 1024;
  private static final PartSizes SMALL_PARTS = new PartSizes(6 * MIB, 5 * MIB);

  @TempDir Path temp;
  private final String bucket = "b-" + UUID.randomUUID();
  private FaultyServer faulty;
  private S3Store store;

  @BeforeEach
  void openStoreBehindFaults() {
    S3Server server = S3Server.s3mock();
    server.createBucket(bucket);
    faulty = new FaultyServer(server.endpoint());
    store =
        S3Store.open(
            new StoreSettings(
                "s3://" + bucket, "ACCESSKEY", "SECRETKEY", "us-east-1", faulty.endpoint()),
            SMALL_PARTS);
  }

  @AfterEach
  void close() {
    store.close();
    faulty.close();
  }

  @Test
  void triesAgainAfterAServerError() {
    TestContent report = TestContent.random(temp, 100_000, 1);
    faulty.once(method("PUT"), answer(500, "InternalError"));
    faulty.once(method("PUT"), answer(503, "SlowDown"));

    put("a", report);

    assertStored("a", report);
    assertThat(faulty.requests()).containsSubsequence("PUT", "PUT", "PUT");
  }

  @Test
  void takesALostAnswerForTheSuccessItWas() {
    TestContent report = TestContent.random(temp, 100_000, 1);
    faulty.once(method("PUT"), faulty.loseAnswer());

    StoredObject put = put("a", report);

    assertThat(put).isEqualTo(new StoredObject("a", report.bytes(), report.sha256()));
    assertThat(faulty.requests()).containsExactly("HEAD", "PUT", "PUT", "HEAD");
    assertStored("a", report);
  }

  @Test
  void takesALostAnswerToTheLastRequestOfALargeFileForTheSuccessItWas() {
    TestContent large = TestContent.random(temp, 12 * MIB, 2);
    faulty.once(method("POST").and(query("uploadId")), faulty.loseAnswer());

    put("large", large);

    assertStored("large", large);
    assertThat(unfinishedUploads()).isEmpty();
  }

  @Test
  void looksAgainWhenAnotherWriterWasQuicker() {
    TestContent report = TestContent.of(temp, "mine");
    faulty.once(
        method("PUT"),
        (exchange, body) -> {
          putBehindTheScenes("a", TestContent.of(temp, "theirs"));
          answer(412, "PreconditionFailed").happen(exchange, body);
        });
    faulty.once(
        method("PUT"),
        (exchange, body) -> {
          putBehindTheScenes("b", report);
          answer(409, "ConditionalRequestConflict").happen(exchange, body);
        });

    assertThat(failure(() -> put("a", report)).error()).isEqualTo(ArchiveError.OBJECT_CONFLICT);
    assertThat(put("b", report).sha256()).isEqualTo(report.sha256());
  }

  @Test
  void writesAgainAfterAConflictThatLeftNothing() {
    TestContent report = TestContent.of(temp, "mine");
    faulty.once(method("PUT"), answer(409, "ConditionalRequestConflict"));

    put("a", report);

    assertStored("a", report);
  }

  @ParameterizedTest
  @CsvSource({"501, NotImplemented", "400, InvalidArgument"})
  void looksBeforeItWritesWhereTheServerKnowsNoCondition(int status, String code) {
    faulty.always(header("If-None-Match"), answer(status, code));
    TestContent report = TestContent.of(temp, "report");
    TestContent large = TestContent.random(temp, 12 * MIB, 2);

    put("a", report);
    put("large", large);

    assertStored("a", report);
    assertStored("large", large);
    assertThat(put("a", report).sha256()).isEqualTo(report.sha256());
    assertThat(failure(() -> put("a", TestContent.of(temp, "other"))).error())
        .isEqualTo(ArchiveError.OBJECT_CONFLICT);
    assertThat(unfinishedUploads()).isEmpty();
  }

  @Test
  void knowsAnObjectThatSomeoneElseWroteByItsBytes() {
    TestContent report = TestContent.of(temp, "report");
    try (S3Client client = S3Clients.build(S3Server.s3mock().settings("s3://" + bucket))) {
      client.putObject(put -> put.bucket(bucket).key("a"), report.file());
    }

    assertThat(put("a", report).sha256()).isEqualTo(report.sha256());
    assertThat(failure(() -> put("a", TestContent.of(temp, "retort"))).error())
        .isEqualTo(ArchiveError.OBJECT_CONFLICT);
  }

  @Test
  void leavesNoPartsBehindWhenALargeFileFails() {
    faulty.always(query("partNumber=2"), answer(500, "InternalError"));

    ArchiveFailure failure = failure(() -> put("large", TestContent.random(temp, 12 * MIB, 2)));

    assertThat(failure.error()).isEqualTo(ArchiveError.STORE_UNREACHABLE);
    assertThat(unfinishedUploads()).isEmpty();
    assertThat(store.stat("large")).isEmpty();
  }

  @Test
  void storesNothingThatWasDamagedOnTheWay() {
    faulty.always(method("PUT"), faulty.damageRequest());

    for (long bytes : new long[] {1000, 12 * MIB}) {
      ArchiveFailure failure = failure(() -> put("a", TestContent.random(temp, bytes, 1)));

      assertThat(failure.error()).as(failure.getMessage()).isEqualTo(ArchiveError.OBJECT_CORRUPT);
      assertThat(store.stat("a")).isEmpty();
    }
  }

  @Test
  void noticesDamageOnTheWayBack() {
    put("a", TestContent.random(temp, 100_000, 1));
    faulty.always(method("GET"), faulty.damageAnswer());

    ArchiveFailure failure = failure(() -> LocalContent.sha256Of(store.open("a")));

    assertThat(failure.error()).isEqualTo(ArchiveError.OBJECT_CORRUPT);
  }

  @Test
  void neverTakesACutAnswerForAShortObject() {
    put("a", TestContent.random(temp, 100_000, 1));
    faulty.always(method("GET"), faulty.cutAnswer());

    ArchiveFailure failure = failure(() -> LocalContent.sha256Of(store.open("a")));

    assertThat(failure.error()).isEqualTo(ArchiveError.STORE_UNREACHABLE);
  }

  @ParameterizedTest
  @CsvSource({
    "404, NoSuchBucket, STORE_MISSING, Create the bucket",
    "403, InvalidAccessKeyId, STORE_DENIED, AWS_ACCESS_KEY_ID",
    "403, SignatureDoesNotMatch, STORE_DENIED, AWS_SECRET_ACCESS_KEY",
    "403, AccessDenied, STORE_DENIED, s3:PutObject",
    "403, RequestTimeTooSkewed, STORE_DENIED, clock",
    "403, InvalidObjectState, OBJECT_FROZEN, restore-object",
    "400, ExpiredToken, STORE_DENIED, AWS_SESSION_TOKEN",
    "400, AuthorizationHeaderMalformed, STORE_DENIED, AWS_DEFAULT_REGION",
    "301, PermanentRedirect, STORE_DENIED, AWS_DEFAULT_REGION",
    "507, XMinioStorageFull, STORE_FULL, Make room",
    "507, '', STORE_FULL, Make room",
    "403, QuotaExceeded, STORE_FULL, quota",
    "400, BadDigest, OBJECT_CORRUPT, tries again",
    "503, SlowDown, STORE_UNREACHABLE, overloaded",
    "500, InternalError, STORE_UNREACHABLE, next run",
    "418, Teapot, STORE_UNREACHABLE, AWS_ENDPOINT_URL",
  })
  void saysWhatAnErrorMeansAndWhatToDo(
      int status, String code, ArchiveError expected, String hint) {
    faulty.always(method("PUT"), answer(status, code));
    TestContent report = TestContent.of(temp, "report");

    for (ThrowingCallable work : List.<ThrowingCallable>of(() -> put("a", report), store::check)) {
      ArchiveFailure failure = failure(work);

      assertThat(failure.error()).isEqualTo(expected);
      assertThat(failure).hasMessageContaining("s3://" + bucket).hasMessageContaining(code);
      assertThat(failure.hint()).contains(hint).endsWith(".");
    }
  }

  private StoredObject put(String key, TestContent content) {
    return store.put(key, content.file(), content.sha256());
  }

  private void putBehindTheScenes(String key, TestContent content) {
    try (S3Store direct = S3Store.open(S3Server.s3mock().settings("s3://" + bucket))) {
      direct.put(key, content.file(), content.sha256());
    }
  }

  private void assertStored(String key, TestContent content) {
    try (S3Store direct = S3Store.open(S3Server.s3mock().settings("s3://" + bucket))) {
      assertThat(LocalContent.sha256Of(direct.open(key))).isEqualTo(content.sha256());
      assertThat(direct.stat(key))
          .contains(new StoredObject(key, content.bytes(), content.sha256()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private List<String> unfinishedUploads() {
    List<String> uploads = new ArrayList<>();
    try (S3Client client = S3Clients.build(S3Server.s3mock().settings("s3://" + bucket))) {
      client
          .listMultipartUploads(list -> list.bucket(bucket))
          .uploads()
          .forEach(upload -> uploads.add(upload.key()));
    }
    return uploads;
  }

  /** The failure, all of whose words are checked for secrets. */
  private static ArchiveFailure failure(ThrowingCallable work) {
    ArchiveFailure failure = catchThrowableOfType(ArchiveFailure.class, work);
    assertThat(failure).as("a failure").isNotNull();
    for (Throwable each = failure; each != null; each = each.getCause()) {
      assertThat(each.toString()).doesNotContain("SECRETKEY");
    }
    assertThat(failure.getMessage() + failure.hint()).doesNotContain("ACCESSKEY");
    return failure;
  }
}
