package dev.archivist.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.net.URLEncoder;
import java.util.Arrays;
import java.util.Comparator;

/** What every store agrees on about keys. */
public final class StoreKey {
  /** Names that begin so belong to a store itself; they are neither taken nor listed. */
  public static final String RESERVED = ".archivist-";

  /** A mark: whose the store is. */
  public static final String OWNER = RESERVED + "owner";

  /** A mark: which database has marked its reports' directory. */
  public static final String REPORTS = RESERVED + "reports";

  private static final String JOB = RESERVED + "job-";

  /** The order of a listing: by the bytes of the key's UTF-8 form, as object stores sort. */
  public static final Comparator<String> ORDER =
      (left, right) -> Arrays.compareUnsigned(left.getBytes(UTF_8), right.getBytes(UTF_8));

  private static final int LONGEST_BYTES = 900;

  private StoreKey() {}

  /**
   * Refuses what cannot be a key: segments that are empty, {@code .} or {@code ..}, control
   * characters, lone surrogates, more than 900 bytes of UTF-8.
   *
   * @return the key
   * @throws ArchiveFailure {@code OBJECT_MISSING}: no object can have this key
   */
  public static String requireValid(String key) {
    boolean valid =
        (isOfReport(key) || isMark(key))
            && key.getBytes(UTF_8).length <= LONGEST_BYTES
            && key.codePoints().noneMatch(StoreKey::isForbidden)
            && Arrays.stream(key.split("/", -1)).noneMatch(StoreKey::isForbiddenSegment);
    if (!valid) {
      throw new ArchiveFailure(
          ArchiveError.OBJECT_MISSING,
          "no object can have the key '%s'".formatted(printable(key)),
          "A key is relative to the store, has no empty, '.' or '..' parts, and is at most %d bytes long."
              .formatted(LONGEST_BYTES));
    }
    return key;
  }

  /** A mark: the last job of the policy that used the store. */
  public static String jobOf(String policy) {
    return JOB + URLEncoder.encode(policy, UTF_8);
  }

  /** Whether the key is one of the marks that databases leave in a store. */
  public static boolean isMark(String key) {
    return key.equals(OWNER)
        || key.equals(REPORTS)
        || (key.startsWith(JOB) && key.indexOf('/') < 0);
  }

  /**
   * Whether a location may name it: an object of a report, and not what the store, or another one
   * below it, keeps for itself.
   */
  public static boolean isOfReport(String key) {
    return Arrays.stream(key.split("/", -1)).noneMatch(name -> name.startsWith(RESERVED));
  }

  private static boolean isForbidden(int codePoint) {
    return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE;
  }

  private static boolean isForbiddenSegment(String segment) {
    return segment.isEmpty() || segment.equals(".") || segment.equals("..");
  }

  private static String printable(String key) {
    String text = key.length() > 200 ? key.substring(0, 200) + "…" : key;
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
