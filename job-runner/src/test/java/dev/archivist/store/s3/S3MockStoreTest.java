package dev.archivist.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.store.ArchiveStore;
import dev.archivist.store.ArchiveStoreContract;
import dev.archivist.store.TestContent;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract on a server that knows conditional writes. S3Mock looks and writes in two steps, so
 * that both of two rivals may win: {@link S3ProxyStoreTest} tests those.
 */
class S3MockStoreTest extends ArchiveStoreContract {
  private String bucket;

  @Override
  protected ArchiveStore openEmptyStore() {
    bucket = "b-" + UUID.randomUUID();
    S3Server.s3mock().createBucket(bucket);
    return S3Store.open(S3Server.s3mock().settings("s3://" + bucket + "/some/prefix"));
  }

  @Override
  protected ArchiveStore openNeighbour(String where) {
    return S3Store.open(S3Server.s3mock().settings(S3Server.neighbour(bucket, where)));
  }

  /** Else the bucket's rule would delete the only copy of a report that was archived again. */
  @Test
  void aReleasedObjectIsTakenBackByAPutOfItsContent(@TempDir Path temp) {
    TestContent content = TestContent.of(temp, "a report");
    store.put("again", content.file(), content.sha256());
    store.expire("again");
    assertThat(S3Server.s3mock().tags(bucket, "some/prefix/again")).hasSize(1);

    store.put("again", content.file(), content.sha256());

    assertThat(S3Server.s3mock().tags(bucket, "some/prefix/again")).isEmpty();
  }
}
