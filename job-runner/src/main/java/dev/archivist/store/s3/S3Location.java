package dev.archivist.store.s3;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;

/**
 * A bucket, and where in it.
 *
 * @param prefix empty, or ends with a slash
 */
record S3Location(String bucket, String prefix) {
  private static final String SCHEME = "s3://";

  static S3Location parse(String uri) {
    String stripped = uri.strip();
    if (!stripped.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw invalid(uri);
    }
    String[] parts = stripped.substring(SCHEME.length()).split("/", 2);
    String prefix = parts.length == 1 ? "" : parts[1].replaceAll("^/+|/+$", "");
    if (!parts[0].matches("[A-Za-z0-9][A-Za-z0-9._-]*")
        || prefix.contains("//")
        || prefix.contains("?")) {
      throw invalid(uri);
    }
    return new S3Location(parts[0], prefix.isEmpty() ? "" : prefix + "/");
  }

  /** The name that the server knows. */
  String name(String key) {
    return prefix + key;
  }

  /** The key of a name that the server listed. */
  String key(String name) {
    return name.substring(prefix.length());
  }

  String uri(String key) {
    return SCHEME + bucket + "/" + prefix + key;
  }

  private static ArchiveFailure invalid(String uri) {
    return new ArchiveFailure(
        ArchiveError.CONFIGURATION_INVALID,
        "the archive store's URI cannot be read: '%s'"
            .formatted(uri.replaceAll("//[^/]*@", "//…@")),
        "Write ARCHIVE_STORE_URI as s3://bucket or s3://bucket/prefix.");
  }
}
