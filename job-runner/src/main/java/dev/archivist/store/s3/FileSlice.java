package dev.archivist.store.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;

/** A range of a file as the body of a request; opened anew for each attempt, never in memory. */
final class FileSlice implements ContentStreamProvider {
  private static final String CONTENT_TYPE = "application/octet-stream";

  private final Path file;
  private final long offset;
  private final long bytes;
  private InputStream opened;

  private FileSlice(Path file, long offset, long bytes) {
    this.file = file;
    this.offset = offset;
    this.bytes = bytes;
  }

  static FileSlice of(Path file, FileParts.Part part) {
    return new FileSlice(file, part.offset(), part.bytes());
  }

  RequestBody body() {
    return RequestBody.fromContentProvider(this, bytes, CONTENT_TYPE);
  }

  @Override
  public InputStream newStream() {
    close();
    try {
      InputStream in = Files.newInputStream(file);
      in.skipNBytes(offset);
      opened = new Limited(in, bytes);
      return opened;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The client does not close what it was given. */
  void close() {
    try {
      if (opened != null) {
        opened.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      opened = null;
    }
  }

  private static final class Limited extends FilterInputStream {
    private long left;

    Limited(InputStream in, long bytes) {
      super(in);
      this.left = bytes;
    }

    @Override
    public int read() throws IOException {
      int value = left == 0 ? -1 : super.read();
      left -= value < 0 ? 0 : 1;
      return value;
    }

    @Override
    public int read(byte[] buffer, int start, int length) throws IOException {
      if (left == 0 && length > 0) {
        return -1;
      }
      int read = super.read(buffer, start, (int) Math.min(length, left));
      left -= Math.max(read, 0);
      return read;
    }

    @Override
    public long skip(long count) throws IOException {
      long skipped = super.skip(Math.min(count, left));
      left -= skipped;
      return skipped;
    }

    @Override
    public int available() throws IOException {
      return (int) Math.min(super.available(), left);
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
