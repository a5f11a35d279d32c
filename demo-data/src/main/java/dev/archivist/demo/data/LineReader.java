package dev.archivist.demo.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Splits a file into lines at LF, CRLF and bare CR and keeps their bytes. A byte order mark at the
 * beginning is skipped.
 */
final class LineReader implements Closeable {
  /** Of a longer line only so much is kept. */
  static final int MAX_BYTES = 16 * 1024 * 1024;

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private static final int END = -1;

  private final InputStream in;
  private final int maxBytes;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private long number;

  LineReader(InputStream in) {
    this(in, MAX_BYTES);
  }

  LineReader(InputStream in, int maxBytes) {
    this.in = in.markSupported() ? in : new BufferedInputStream(in, 1 << 16);
    this.maxBytes = maxBytes;
  }

  static LineReader open(Path file) throws IOException {
    return new LineReader(Files.newInputStream(file));
  }

  /** The next line; empty at the end of the file. */
  Optional<RawLine> next() throws IOException {
    if (number == 0) {
      skipByteOrderMark();
    }
    line.reset();
    boolean tooLong = false;
    int b = in.read();
    if (b == END) {
      return Optional.empty();
    }
    for (; b != END && b != '\n' && b != '\r'; b = in.read()) {
      if (line.size() < maxBytes) {
        line.write(b);
      } else {
        tooLong = true;
      }
    }
    number++;
    return Optional.of(new RawLine(number, line.toByteArray(), terminator(b), tooLong));
  }

  private String terminator(int b) throws IOException {
    if (b == END) {
      return "";
    }
    if (b == '\n') {
      return "\n";
    }
    in.mark(1);
    if (in.read() == '\n') {
      return "\r\n";
    }
    in.reset();
    return "\r";
  }

  private void skipByteOrderMark() throws IOException {
    in.mark(BYTE_ORDER_MARK.length);
    if (!Arrays.equals(in.readNBytes(BYTE_ORDER_MARK.length), BYTE_ORDER_MARK)) {
      in.reset();
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
