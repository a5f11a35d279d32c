package dev.archivist.store.s3;

import dev.archivist.store.ArchiveStore;
import dev.archivist.store.ArchiveStoreContract;
import java.util.UUID;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

/** The contract on a server that knows conditional writes. */
class S3MockStoreTest extends ArchiveStoreContract {
  @Override
  @Test
  @Disabled("S3Mock looks and writes in two steps: both rivals win there; S3Proxy tests it")
  protected void letsOneOfTwoRivalsWin() {}

  @Override
  protected ArchiveStore openEmptyStore() {
    String bucket = "b-" + UUID.randomUUID();
    S3Server.s3mock().createBucket(bucket);
    return S3Store.open(S3Server.s3mock().settings("s3://" + bucket + "/some/prefix"));
  }
}
