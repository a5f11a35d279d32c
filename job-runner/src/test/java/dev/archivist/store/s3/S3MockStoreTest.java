package dev.archivist.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.store.ArchiveStore;
import dev.archivist.store.ArchiveStoreContract;
import dev.archivist.store.LocalContent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The contract on a server that knows conditional writes and checksums. S3Mock looks and writes in
 * two steps, so that both of two rivals may win: {@link S3ProxyStoreTest} tests those.
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

  @Test
  void theServersHashCountsAndNotWhatTheWriterSays() throws IOException {
    ArchiveStore store = openEmptyStore();
    byte[] content = "other content".getBytes(StandardCharsets.UTF_8);
    String sha256 = LocalContent.sha256Of(new ByteArrayInputStream(content));
    try (S3Client client = S3Clients.build(S3Server.s3mock().settings("s3://" + bucket))) {
      client.putObject(
          put ->
              put.bucket(bucket)
                  .key("some/prefix/reports/a.gz")
                  .metadata(Map.of(S3Store.SHA256, "0".repeat(64)))
                  .checksumSHA256(
                      Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256))),
          RequestBody.fromBytes(content));
    }

    assertThat(store.stat("reports/a.gz").orElseThrow().sha256()).isEqualTo(sha256);
  }
}
