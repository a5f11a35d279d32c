package dev.archivist.store.s3;

import dev.archivist.store.ArchiveStore;
import dev.archivist.store.RivalryContract;
import java.util.UUID;

/** The contract on a server that checks signatures. */
class S3ProxyStoreTest extends RivalryContract {
  @Override
  protected ArchiveStore openEmptyStore() {
    String bucket = "b-" + UUID.randomUUID();
    S3Server.s3proxy().createBucket(bucket);
    return S3Store.open(S3Server.s3proxy().settings("s3://" + bucket));
  }
}
