package dev.archivist.store.s3;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.LocalContent;
import java.io.FilterInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * An object's bytes on their way. A broken connection is the store's failure, not a fault of the
 * content, so it leaves as an {@link ArchiveFailure}. The end is only reached with as many bytes as
 * the server announced (the JDK's client does not mind if there are fewer) and, where the object
 * has its SHA-256 with it, with that SHA-256. Closed before its end, the stream drops the
 * connection instead of reading the rest.
 */
final class S3ObjectStream extends FilterInputStream {
  private final ResponseInputStream<GetObjectResponse> response;
  private final String uri;
  private final MessageDigest digest = LocalContent.sha256();
  private long bytes;
  private boolean ended;

  S3ObjectStream(ResponseInputStream<GetObjectResponse> response, String uri) {
    super(response);
    this.response = response;
    this.uri = uri;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) {
    try {
      int read = in.read(buffer, offset, length);
      if (read >= 0) {
        digest.update(buffer, offset, read);
        bytes += read;
      } else if (!ended) {
        requireWhole();
        ended = true;
      }
      return read;
    } catch (SdkException e) {
      throw S3Failure.translate("cannot read " + uri, e);
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /** Every byte counts for the SHA-256. */
  @Override
  public long skip(long count) {
    byte[] skipped = new byte[(int) Math.min(Math.max(count, 0), 8192)];
    return Math.max(read(skipped, 0, skipped.length), 0);
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  @Override
  public void close() throws IOException {
    if (ended) {
      super.close();
    } else {
      response.abort();
    }
  }

  private void requireWhole() {
    Long announced = response.response().contentLength();
    if (announced != null && announced != bytes) {
      throw broken(null);
    }
    String sha256 = response.response().metadata().get(S3Store.SHA256);
    if (sha256 != null && !sha256.equals(HexFormat.of().formatHex(digest.digest()))) {
      throw new ArchiveFailure(
          ArchiveError.OBJECT_CORRUPT,
          "%s does not have the SHA-256 that it was stored with".formatted(uri),
          "Read it again; if it happens again, the store has damaged the object.");
    }
  }

  private ArchiveFailure broken(IOException cause) {
    return new ArchiveFailure(
        ArchiveError.STORE_UNREACHABLE,
        "cannot read %s: the connection broke".formatted(uri),
        "Check the network and whether the server runs; the next run continues.",
        cause);
  }
}
