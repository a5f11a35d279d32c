package dev.archivist.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * A mark in or around a store. Whoever may write there may have left it, so it is not shown as it
 * stands.
 *
 * @param uri where it is
 * @param text what it says; empty if it is there but cannot be read, is longer than {@link
 *     #LONGEST_BYTES}, or is no file of its own, but a link to one
 */
public record FoundMark(String uri, String text) {
  /** A mark is short; what is longer is none. */
  public static final int LONGEST_BYTES = 64 * 1024;

  public FoundMark {
    Objects.requireNonNull(uri, "uri");
    Objects.requireNonNull(text, "text");
  }

  /** Reads it, no further than a mark can be long; the caller closes the stream. */
  public static FoundMark read(String uri, InputStream content) throws IOException {
    byte[] bytes = content.readNBytes(LONGEST_BYTES + 1);
    return new FoundMark(uri, bytes.length > LONGEST_BYTES ? "" : new String(bytes, UTF_8));
  }
}
