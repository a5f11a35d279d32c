package dev.archivist.demo;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/**
 * A row of {@code scenario_logs}.
 *
 * @param id unique among the rows of one source
 * @param scenarioId the scenario that the message belongs to
 * @param receivedAt when it came, to the microsecond
 * @param messageHash lower-case hexadecimal SHA-256 of the whole message's bytes
 * @param messagePreview the first 500 characters (code points) at most, or null
 * @param source the service that wrote it, 100 characters at most
 * @param sizeBytes bytes of the whole message
 * @param hasPii whether the message holds personal data
 * @param tokenCount tokens of a language model, estimated
 * @param sqsBlocks blocks of 64 KiB that a queue bills for the message
 */
public record LogRow(
    UUID id,
    UUID scenarioId,
    Instant receivedAt,
    String messageHash,
    String messagePreview,
    String source,
    int sizeBytes,
    boolean hasPii,
    int tokenCount,
    int sqsBlocks) {

  /** Characters that {@code message_preview} can hold. */
  static final int PREVIEW_CHARACTERS = 500;

  /** Characters that {@code source} can hold. */
  public static final int SOURCE_CHARACTERS = 100;

  private static final int SQS_BLOCK_BYTES = 64 * 1024;
  private static final int CHARACTERS_PER_TOKEN = 4;

  public LogRow {
    Objects.requireNonNull(id);
    Objects.requireNonNull(scenarioId);
    Objects.requireNonNull(receivedAt);
    if (messageHash.length() != 64) {
      throw new IllegalArgumentException("message_hash is not a SHA-256: " + messageHash);
    }
    if (messagePreview != null) {
      ColumnLimits.requireText("message_preview", messagePreview, PREVIEW_CHARACTERS);
    }
    ColumnLimits.requireText("source", source, SOURCE_CHARACTERS);
    ColumnLimits.requireNotNegative("size_bytes", sizeBytes);
    ColumnLimits.requireNotNegative("token_count", tokenCount);
    ColumnLimits.requireNotNegative("sqs_blocks", sqsBlocks);
  }

  /** Blocks of 64 KiB, rounded up. */
  public static int sqsBlocks(int sizeBytes) {
    return Math.toIntExact(((long) sizeBytes + SQS_BLOCK_BYTES - 1) / SQS_BLOCK_BYTES);
  }

  /** The rule of thumb of four characters a token, rounded up. */
  public static int tokenCount(int characters) {
    return Math.toIntExact(((long) characters + CHARACTERS_PER_TOKEN - 1) / CHARACTERS_PER_TOKEN);
  }
}
