package dev.archivist.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;

/**
 * A report's file as it was when it was looked at.
 *
 * @param path its real path, free of symbolic links
 * @param bytes its size
 * @param modified when it was last written
 * @param fileKey what the file system knows it by (device and inode); null where it has no such
 *     thing
 */
public record ReportFile(Path path, long bytes, FileTime modified, Object fileKey) {

  /** Looks at the file; a symbolic link is not followed. */
  static ReportFile at(Path path) throws IOException {
    BasicFileAttributes now =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return new ReportFile(path, now.size(), now.lastModifiedTime(), now.fileKey());
  }

  /**
   * Whether the same file is still there, with the size and the time of last change it had. To be
   * asked again right before it is deleted. A file that is gone, or cannot be looked at, changed.
   */
  public boolean isUnchanged() {
    try {
      ReportFile now = at(path);
      return now.bytes == bytes
          && now.modified.equals(modified)
          && Objects.equals(now.fileKey, fileKey);
    } catch (IOException e) {
      return false;
    }
  }
}
