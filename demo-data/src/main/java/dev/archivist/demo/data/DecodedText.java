package dev.archivist.demo.data;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Bytes as text that PostgreSQL can store.
 *
 * @param text what the bytes say
 * @param repaired whether invalid UTF-8 was replaced by U+FFFD, or U+0000 removed
 */
record DecodedText(String text, boolean repaired) {

  static DecodedText of(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    boolean repaired = text.indexOf('\uFFFD') >= 0 && !validUtf8(bytes);
    DecodedText stored = storable(text);
    return new DecodedText(stored.text(), repaired || stored.repaired());
  }

  /** Mends text that was not decoded from UTF-8: lone surrogates are replaced, U+0000 removed. */
  static DecodedText storable(String text) {
    String whole = text;
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        whole = replaceLoneSurrogates(text);
        break;
      }
    }
    if (whole.indexOf('\0') >= 0) {
      whole = whole.replace("\0", "");
    }
    return new DecodedText(whole, !whole.equals(text));
  }

  private static String replaceLoneSurrogates(String text) {
    return text.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean validUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
