package dev.archivist.store.s3;

import dev.archivist.store.ArchiveStore;
import dev.archivist.store.RivalryContract;
import java.util.UUID;

/** The contract on a server that checks signatures. */
class S3ProxyStoreTest extends RivalryContract {
  private String bucket;

  @Override
  protected ArchiveStore openEmptyStore() {
    bucket = "b-" + UUID.randomUUID();
    S3Server.s3proxy().createBucket(bucket);
    return S3Store.open(S3Server.s3proxy().settings("s3://" + bucket + "/some/prefix"));
  }

  @Override
  protected ArchiveStore openNeighbour(String where) {
    return S3Store.open(S3Server.s3proxy().settings(S3Server.neighbour(bucket, where)));
  }
}
