package dev.archivist.store.s3;

import static dev.archivist.store.s3.FaultyServer.answer;
import static dev.archivist.store.s3.FaultyServer.path;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.FoundMark;
import dev.archivist.store.StoreKey;
import dev.archivist.store.StoreSettings;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A login that may use its own prefix only can use it; any other failure is one. */
class S3MarksTest {
  private final String bucket = "b-" + UUID.randomUUID();
  private FaultyServer faulty;
  private S3Store store;

  @BeforeEach
  void openStoreBelowAMark() {
    S3Server server = S3Server.s3mock();
    server.createBucket(bucket);
    mark("s3://" + bucket);
    mark("s3://" + bucket + "/a/b/c");
    faulty = new FaultyServer(server.endpoint());
    store =
        S3Store.open(
            new StoreSettings(
                "s3://" + bucket + "/a/b", "ACCESSKEY", "SECRET", "us-east-1", faulty.endpoint()));
  }

  @AfterEach
  void close() {
    store.close();
    faulty.close();
  }

  private static void mark(String uri) {
    try (S3Store marked = S3Store.open(S3Server.s3mock().settings(uri))) {
      marked.mark(StoreKey.OWNER, uri.getBytes(UTF_8));
    }
  }

  private static void assertFails(ArchiveError error, ThrowingCallable call) {
    assertThat(catchThrowableOfType(ArchiveFailure.class, call).error()).isEqualTo(error);
  }

  @Test
  void whatMayNotBeReadOutsideCountsAsMissing() {
    assertThat(store.owners(""))
        .extracting(FoundMark::uri)
        .containsExactly("s3://" + bucket + "/" + StoreKey.OWNER);

    faulty.always(path("/" + bucket + "/" + StoreKey.OWNER), answer(403, "AccessDenied"));

    assertThat(store.owners("")).isEmpty();
    assertThat(store.owners("c")).hasSize(1);
  }

  @Test
  void whatMayNotBeReadInsideIsAFailure() {
    faulty.always(path("/a/b/c/" + StoreKey.OWNER), answer(403, "AccessDenied"));

    assertFails(ArchiveError.STORE_DENIED, () -> store.owners("c"));
  }

  @Test
  void aServerThatFailsIsNotOneWithoutMarks() {
    faulty.always(path("/a/" + StoreKey.OWNER), answer(503, "SlowDown"));

    assertFails(ArchiveError.STORE_UNREACHABLE, () -> store.owners(""));
  }
}
