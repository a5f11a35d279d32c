package dev.archivist.store.s3;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.io.FilterInputStream;
import java.io.IOException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * An object's bytes on their way. A broken connection is the store's failure, not a fault of the
 * content, so it leaves as an {@link ArchiveFailure}. Closed before its end, it drops the
 * connection instead of reading the rest.
 */
final class S3ObjectStream extends FilterInputStream {
  private final ResponseInputStream<GetObjectResponse> response;
  private final String uri;
  private boolean ended;

  S3ObjectStream(ResponseInputStream<GetObjectResponse> response, String uri) {
    super(response);
    this.response = response;
    this.uri = uri;
  }

  @Override
  public int read() {
    return reading(() -> super.read());
  }

  @Override
  public int read(byte[] buffer, int offset, int length) {
    return reading(() -> super.read(buffer, offset, length));
  }

  @Override
  public void close() throws IOException {
    if (ended) {
      super.close();
    } else {
      response.abort();
    }
  }

  @FunctionalInterface
  private interface Read {
    int run() throws IOException;
  }

  private int reading(Read read) {
    try {
      int result = read.run();
      ended |= result < 0;
      return result;
    } catch (SdkException e) {
      throw S3Failure.translate("cannot read " + uri, e);
    } catch (IOException e) {
      throw new ArchiveFailure(
          ArchiveError.STORE_UNREACHABLE,
          "cannot read %s: the connection broke".formatted(uri),
          "Check the network and whether the server runs; the next run goes on.",
          e);
    }
  }
}
