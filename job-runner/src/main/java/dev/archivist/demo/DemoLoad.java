package dev.archivist.demo;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * Puts a source's rows into the live tables. Each round gets ids and a report folder of its own, so
 * that a demo can be repeated without touching what the earlier ones left.
 */
public final class DemoLoad {
  private final LiveTables tables;
  private final Path reportsRoot;
  private final long round;

  /**
   * @param reportsRoot the root that {@code reports.file_path} is relative to
   * @param round 0 for the first demo of a database; each other demo has a number of its own
   */
  public DemoLoad(LiveTables tables, Path reportsRoot, long round) {
    this.tables = tables;
    this.reportsRoot = reportsRoot;
    this.round = round;
  }

  /** Where a round's report files are, below the reports' root. */
  public static String folder(long round) {
    return "demo-" + round;
  }

  /** Loads everything the source has, each table in one transaction. */
  public SourceSummary load(DemoSource source) {
    tables.load(
        "scenario_logs",
        List.of(
            "id",
            "scenario_id",
            "received_at",
            "message_hash",
            "message_preview",
            "source",
            "size_bytes",
            "has_pii",
            "token_count",
            "sqs_blocks"),
        sink -> source.logs(row -> sink.accept(values(row))));
    tables.load(
        "scenario_metrics",
        List.of(
            "id",
            "scenario_id",
            "timestamp",
            "metric_type",
            "metric_name",
            "value",
            "unit",
            "extra_data"),
        sink -> source.metrics(row -> sink.accept(values(row))));
    String folder = folder(round);
    tables.load(
        "reports",
        List.of(
            "id",
            "scenario_id",
            "format",
            "file_path",
            "file_size_bytes",
            "generated_by",
            "extra_data",
            "created_at"),
        sink ->
            source.reports(reportsRoot.resolve(folder), row -> sink.accept(values(row, folder))));
    return source.summary();
  }

  private Object[] values(LogRow row) {
    return new Object[] {
      ofRound(row.id()),
      row.scenarioId(),
      row.receivedAt(),
      row.messageHash(),
      row.messagePreview(),
      row.source(),
      row.sizeBytes(),
      row.hasPii(),
      row.tokenCount(),
      row.sqsBlocks()
    };
  }

  private Object[] values(MetricRow row) {
    return new Object[] {
      ofRound(row.id()),
      row.scenarioId(),
      row.timestamp(),
      row.metricType(),
      row.metricName(),
      row.value().toPlainString(),
      row.unit(),
      row.extraData()
    };
  }

  private Object[] values(ReportRow row, String folder) {
    return new Object[] {
      ofRound(row.id()),
      row.scenarioId(),
      row.format(),
      folder + "/" + row.filePath(),
      row.fileSizeBytes(),
      row.generatedBy(),
      row.extraData(),
      row.createdAt()
    };
  }

  private UUID ofRound(UUID id) {
    return round == 0
        ? id
        : UUID.nameUUIDFromBytes((id + "/" + round).getBytes(StandardCharsets.UTF_8));
  }
}
