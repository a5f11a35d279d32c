package dev.archivist.store.s3;

import dev.archivist.store.ArchiveStore;
import dev.archivist.store.ArchiveStoreContract;
import java.util.UUID;

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
}
