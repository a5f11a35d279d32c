package dev.archivist.demo;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/**
 * A row of {@code reports}. Its file is in place when the row is handed over.
 *
 * @param id unique among the rows of one source
 * @param scenarioId the scenario that is reported on
 * @param format {@code pdf} or {@code csv}
 * @param filePath the file below the reports directory, relative, with {@code /} between names
 * @param fileSizeBytes the file's size, or null where an {@code INTEGER} cannot hold it
 * @param generatedBy who made it, 100 characters at most, or null
 * @param extraData a JSON object as text, or null
 * @param createdAt when it was made, to the microsecond
 */
public record ReportRow(
    UUID id,
    UUID scenarioId,
    String format,
    String filePath,
    Integer fileSizeBytes,
    String generatedBy,
    String extraData,
    Instant createdAt) {

  /** Characters that {@code file_path} can hold. */
  public static final int PATH_CHARACTERS = 500;

  public ReportRow {
    Objects.requireNonNull(id);
    Objects.requireNonNull(scenarioId);
    ColumnLimits.requireText("format", format, 10);
    ColumnLimits.requireText("file_path", filePath, PATH_CHARACTERS);
    if (filePath.startsWith("/")) {
      throw new IllegalArgumentException("file_path is not relative: " + filePath);
    }
    if (fileSizeBytes != null) {
      ColumnLimits.requireNotNegative("file_size_bytes", fileSizeBytes);
    }
    if (generatedBy != null) {
      ColumnLimits.requireText("generated_by", generatedBy, 100);
    }
    Objects.requireNonNull(createdAt);
  }
}
