package dev.archivist.report;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a report is called in the object store. */
public final class ObjectKey {
  /** Where reports go unless configured otherwise. */
  public static final String DEFAULT_PREFIX = "archived-reports";

  private static final DateTimeFormatter MONTH =
      DateTimeFormatter.ofPattern("uuuu/MM", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final Pattern EXTENSION = Pattern.compile("[a-z0-9]{1,10}");
  private static final Pattern FILE_EXTENSION = Pattern.compile("[^/\\\\]\\.([A-Za-z0-9]{1,10})$");
  private static final String UNKNOWN = "bin";
  private static final SecureRandom CHANCE = new SecureRandom();

  private ObjectKey() {}

  /**
   * {@code <prefix>/YYYY/MM/<id>.<attempt>.<extension>.zst}. No key is ever used twice: a deletion
   * that arrives late, or twice, can only hit the object that it was meant for.
   *
   * @param prefix slashes at its ends do not count; may be empty
   * @param createdAt when the report was made; its month in UTC counts
   * @param attempt which upload of the report it is; as {@link #attempt} gives it
   * @param extension as {@link #extension} gives it
   */
  public static String of(
      String prefix, Instant createdAt, UUID id, String attempt, String extension, Codec codec) {
    String directory = prefix.replaceAll("^/+|/+$", "");
    return "%s%s/%s.%s.%s%s"
        .formatted(
            directory.isEmpty() ? "" : directory + "/",
            MONTH.format(createdAt),
            id,
            attempt,
            extension(extension, null),
            codec.extension());
  }

  /** A name for one upload: sixteen hexadecimal digits of chance. */
  public static String attempt() {
    return HexFormat.of().toHexDigits(CHANCE.nextLong());
  }

  /**
   * The report's extension, of {@code a-z} and {@code 0-9} only: its format in lower case, or else
   * its file's extension, or else {@code bin}. Both arguments may be null.
   */
  public static String extension(String format, String filePath) {
    return Stream.of(stripped(format), fileExtension(filePath))
        .map(each -> each.toLowerCase(Locale.ROOT))
        .filter(each -> EXTENSION.matcher(each).matches())
        .findFirst()
        .orElse(UNKNOWN);
  }

  private static String stripped(String format) {
    return format == null ? "" : format.strip().replaceFirst("^\\.", "");
  }

  private static String fileExtension(String filePath) {
    Matcher matcher = FILE_EXTENSION.matcher(filePath == null ? "" : filePath.strip());
    return matcher.find() ? matcher.group(1) : "";
  }
}
