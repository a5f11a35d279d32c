package dev.archivist.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A plan written down: {@code {system}_archival_{table}_{YYYYMMDDHH}_run_file.json}, the hour in
 * UTC. A later plan of the same hour replaces it.
 */
public final class RunFile {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
  private static final DateTimeFormatter HOUR =
      DateTimeFormatter.ofPattern("uuuuMMddHH", Locale.ROOT).withZone(ZoneOffset.UTC);

  private RunFile() {}

  /**
   * Writes the plan.
   *
   * @param directory made where it is missing
   * @param system what the database is called
   * @param plan a plan as {@code archive.plan} gives it
   * @param now the hour in the name, and {@code archival_date_time}
   * @return the file
   */
  public static Path write(Path directory, String system, ObjectNode plan, OffsetDateTime now) {
    String table = plan.path("source").asText().replaceFirst("^[^.]*\\.", "");
    ObjectNode document = JSON.createObjectNode();
    document.put("system", system);
    document.put("table_name", table);
    document.put(
        "archival_date_time",
        now.withOffsetSameInstant(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS).toString());
    document.setAll(plan);
    document.put("hash", hash(document));
    Path file =
        directory.resolve(
            "%s_archival_%s_%s_run_file.json"
                .formatted(system, table.replaceAll("[^A-Za-z0-9_-]", "_"), HOUR.format(now)));
    try {
      Files.createDirectories(directory);
      Path temporary = Files.createTempFile(directory, ".run-file", ".tmp");
      Files.writeString(temporary, pretty(document));
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return file;
    } catch (IOException e) {
      throw new ArchiveFailure(
          ArchiveError.CONFIGURATION_INVALID,
          "the run file cannot be written: " + file,
          "Let ARCHIVE_RUN_FILES_DIR name a directory that can be written to.",
          e);
    }
  }

  /**
   * SHA-256 over the document without its {@code hash}, as JSON with sorted keys and without white
   * space; lower-case hexadecimal.
   */
  static String hash(ObjectNode document) {
    ObjectNode content = document.deepCopy();
    content.remove("hash");
    try {
      Object sorted = JSON.treeToValue(content, Object.class);
      byte[] bytes = JSON.writeValueAsString(sorted).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (JsonProcessingException | NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pretty(ObjectNode document) throws JsonProcessingException {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document) + "\n";
  }
}
