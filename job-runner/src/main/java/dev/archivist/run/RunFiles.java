package dev.archivist.run;

import dev.archivist.document.Json;
import dev.archivist.document.Plan;
import dev.archivist.document.RunFile;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Writes plans down: {@code {system}_archival_{table}_{YYYYMMDDHH}_run_file.json}, the hour in UTC.
 * A later plan of the same policy and hour replaces it. Where the table's name says too little,
 * because it is in another schema than the application's or has to be quoted, a dot and the
 * policy's name follow it.
 */
final class RunFiles {
  private static final DateTimeFormatter HOUR =
      DateTimeFormatter.ofPattern("uuuuMMddHH", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Path directory;
  private final String system;
  private final String appSchema;

  /**
   * @param directory made where it is missing
   * @param system what the database is called
   * @param appSchema schema of tables that are called by their names alone
   */
  RunFiles(Path directory, String system, String appSchema) {
    this.directory = directory;
    this.system = system;
    this.appSchema = appSchema;
  }

  /**
   * Writes the plan.
   *
   * @param now the hour in the name, and {@code archival_date_time}
   * @return the file
   */
  Path write(Plan plan, OffsetDateTime now) {
    RunFile content = RunFile.of(system, plan, now);
    Path file =
        directory.resolve(
            "%s_archival_%s_%s_run_file.json"
                .formatted(system, label(plan, content.tableName()), HOUR.format(now)));
    try {
      Files.createDirectories(directory);
      Path temporary = Files.createTempFile(directory, ".run-file", ".tmp");
      Files.writeString(temporary, Json.pretty(content) + "\n");
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return file;
    } catch (IOException e) {
      throw new ArchiveFailure(
          ArchiveError.CONFIGURATION_INVALID,
          "the run file cannot be written: " + file,
          "Point ARCHIVE_RUN_FILES_DIR to a directory that can be written to.",
          e);
    }
  }

  private String label(Plan plan, String table) {
    String plain = table.replaceAll("[^A-Za-z0-9_-]", "_");
    return plan.source().equals(appSchema + "." + plain) ? plain : plain + "." + plan.policy();
  }
}
