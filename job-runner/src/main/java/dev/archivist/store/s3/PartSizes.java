package dev.archivist.store.s3;

/**
 * When an upload is cut, and into what.
 *
 * @param threshold files of up to this many bytes go in one request
 * @param part the least bytes of a part but the last; S3 wants 5 MiB or more
 */
record PartSizes(long threshold, long part) {
  private static final long MIB = 1024 * 1024;
  private static final int MOST_PARTS = 10_000;

  static final PartSizes DEFAULT = new PartSizes(64 * MIB, 16 * MIB);

  /** The size of each part but the last; it grows with the file, which has at most 10 000. */
  long of(long fileBytes) {
    if (fileBytes <= threshold) {
      return Math.max(threshold, 1);
    }
    long least = (fileBytes + MOST_PARTS - 1) / MOST_PARTS;
    return Math.max(part, (least + MIB - 1) / MIB * MIB);
  }
}
