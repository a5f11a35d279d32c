package dev.archivist.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/**
 * A key's segment as a file name. Bytes outside printable ASCII are percent-encoded, because a JVM
 * in the POSIX locale cannot name such files at all and some file systems change them; so is
 * whatever other systems do not allow in a name.
 */
final class FileName {
  private static final String ENCODED_TOO = "%\\:*?\"<>|";

  private FileName() {}

  static String encode(String segment) {
    StringBuilder name = new StringBuilder(segment.length());
    for (byte b : segment.getBytes(UTF_8)) {
      if (b >= 0x20 && b < 0x7f && ENCODED_TOO.indexOf(b) < 0) {
        name.append((char) b);
      } else {
        name.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return name.toString();
  }

  /** The segment, or the name itself where {@link #encode} cannot have made it. */
  static String decode(String name) {
    byte[] bytes = name.getBytes(US_ASCII);
    ByteArrayOutputStream segment = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != '%') {
        segment.write(bytes[i]);
      } else if (isEscape(name, i)) {
        segment.write(HexFormat.fromHexDigits(name, i + 1, i + 3));
        i += 2;
      } else {
        return name;
      }
    }
    return segment.toString(UTF_8);
  }

  private static boolean isEscape(String name, int at) {
    return at + 2 < name.length()
        && HexFormat.isHexDigit(name.charAt(at + 1))
        && HexFormat.isHexDigit(name.charAt(at + 2));
  }
}
