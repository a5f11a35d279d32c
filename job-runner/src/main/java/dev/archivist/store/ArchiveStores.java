package dev.archivist.store;

import dev.archivist.config.Settings;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.s3.S3Lifecycle;
import dev.archivist.store.s3.S3Store;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Opens the store that a URI names. */
public final class ArchiveStores {
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):.*");

  private ArchiveStores() {}

  /**
   * Opens the store; nothing is asked of it yet ({@link ArchiveStore#check} does).
   *
   * @param baseDir what a relative path is relative to
   * @throws ArchiveFailure {@code CONFIGURATION_INVALID} where the settings cannot be understood
   */
  public static ArchiveStore open(StoreSettings settings, Path baseDir) {
    String uri = settings.uri().strip();
    if (uri.isEmpty()) {
      throw invalid("the archive store's URI is empty", null);
    }
    Matcher scheme = SCHEME.matcher(uri);
    if (!scheme.matches()) {
      return fromPath(uri, baseDir);
    }
    return switch (scheme.group(1).toLowerCase(Locale.ROOT)) {
      case "s3" -> S3Store.open(settings);
      case "file" -> fromFileUri(uri);
      default -> throw invalid("no object store is known for %s:".formatted(scheme.group(1)), null);
    };
  }

  /**
   * Opens the store that the program is configured to use. A directory that is set must be there,
   * unless it lies below {@code ARCHIVIST_HOME}: it may be a disk that is not mounted. Store and
   * reports' directory lie apart, or one would take the other's files for its own.
   *
   * @throws ArchiveFailure as {@link #open}; {@code CONFIGURATION_INVALID} where one lies in the
   *     other
   */
  public static ArchiveStore configured(Settings settings) {
    ArchiveStore store = open(StoreSettings.of(settings), Path.of(""));
    if (!(store instanceof DirectoryStore directory)) {
      return store;
    }
    RealPlace place = RealPlace.of(directory.root());
    RealPlace reports = RealPlace.of(settings.reportsRoot());
    if (place.isIn(reports) || reports.isIn(place)) {
      throw new ArchiveFailure(
          ArchiveError.CONFIGURATION_INVALID,
          "the archive store and the reports' directory lie in each other: %s and %s"
              .formatted(place.path(), reports.path()),
          "Set ARCHIVE_STORE_URI and REPORTS_LOCAL_DIR to directories of which neither contains the"
              + " other.");
    }
    return place.isIn(RealPlace.of(settings.home())) ? store : directory.ifThere();
  }

  /**
   * Opens the lifecycle rules of the bucket that the settings name.
   *
   * @param objectPrefix what the objects begin with that the rules are for
   * @param glacierAfterDays when they go to Glacier; 0 leaves them
   * @throws ArchiveFailure {@code CONFIGURATION_INVALID} if the store is no bucket
   */
  public static S3Lifecycle lifecycle(
      StoreSettings settings, String objectPrefix, int glacierAfterDays) {
    Matcher scheme = SCHEME.matcher(settings.uri().strip());
    if (!scheme.matches() || !scheme.group(1).equalsIgnoreCase("s3")) {
      throw new ArchiveFailure(
          ArchiveError.CONFIGURATION_INVALID,
          "the archive store is a directory, which has no lifecycle rules",
          "A purge deletes objects of a directory itself; only s3://bucket has rules.");
    }
    return S3Lifecycle.open(settings, objectPrefix, glacierAfterDays);
  }

  private static ArchiveStore fromPath(String path, Path baseDir) {
    try {
      return new DirectoryStore(baseDir.resolve(path));
    } catch (InvalidPathException e) {
      throw invalid("the archive store's path cannot be read: '%s'".formatted(path), e);
    }
  }

  private static ArchiveStore fromFileUri(String uri) {
    try {
      return new DirectoryStore(Path.of(URI.create(uri.replace(" ", "%20"))));
    } catch (IllegalArgumentException | FileSystemNotFoundException e) {
      throw invalid("the archive store's URI cannot be read: '%s'".formatted(uri), e);
    }
  }

  private static ArchiveFailure invalid(String message, Exception cause) {
    return new ArchiveFailure(
        ArchiveError.CONFIGURATION_INVALID,
        message,
        "Set ARCHIVE_STORE_URI to s3://bucket/prefix, file:///directory or ./directory.",
        cause);
  }
}
