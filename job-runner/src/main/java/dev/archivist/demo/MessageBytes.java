package dev.archivist.demo;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A message's size and hash, gathered piece by piece so that no message has to be held as a whole.
 */
public final class MessageBytes {
  private final MessageDigest digest = sha256Digest();
  private long size;

  /** Those of a text as UTF-8. */
  public static MessageBytes of(String message) {
    MessageBytes bytes = new MessageBytes();
    bytes.add(message.getBytes(StandardCharsets.UTF_8));
    return bytes;
  }

  /** Adds the next piece. */
  public void add(byte[] piece) {
    digest.update(piece);
    size += piece.length;
  }

  /** Bytes so far; the column cannot say more than {@link Integer#MAX_VALUE}. */
  public int size() {
    return (int) Math.min(size, Integer.MAX_VALUE);
  }

  /** Lower-case hexadecimal SHA-256. To be asked once, when all pieces are there. */
  public String sha256() {
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256Digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
