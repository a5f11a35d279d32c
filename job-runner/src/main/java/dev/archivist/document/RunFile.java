package dev.archivist.document;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;

/**
 * A plan written down: the plan's fields and these.
 *
 * @param system what the database is called
 * @param tableName the live table without its schema
 * @param archivalDateTime when it was planned, in whole seconds
 * @param plan the plan
 * @param hash SHA-256 over all other fields as JSON with sorted keys and without white space, in
 *     lower-case hexadecimal
 */
public record RunFile(
    String system,
    String tableName,
    OffsetDateTime archivalDateTime,
    @JsonUnwrapped Plan plan,
    String hash) {

  private record Hashed(
      String system, String tableName, OffsetDateTime archivalDateTime, @JsonUnwrapped Plan plan) {}

  /** The plan with its hash. */
  public static RunFile of(String system, Plan plan, OffsetDateTime now) {
    String table = plan.source().replaceFirst("^(\"([^\"]|\"\")*\"|[^.]*)\\.", "");
    OffsetDateTime second = now.truncatedTo(ChronoUnit.SECONDS);
    String hash = sha256(Json.canonical(new Hashed(system, table, second, plan)));
    return new RunFile(system, table, second, plan, hash);
  }

  private static String sha256(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
