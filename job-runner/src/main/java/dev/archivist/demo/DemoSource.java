package dev.archivist.demo;

import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Where the rows of a demonstration come from. Rows are handed over one at a time, in the order in
 * which a live table would have received them as far as the source knows it; no call holds them all
 * in memory. Each call can be repeated and yields the same rows again, with the same ids.
 *
 * <p>A source is not safe for use by several threads.
 */
public interface DemoSource {

  /** Hands every log row to the sink. */
  void logs(Consumer<LogRow> sink);

  /** Hands every metric row to the sink. */
  void metrics(Consumer<MetricRow> sink);

  /**
   * Writes every report's file below the directory, which is made if it is missing, and hands its
   * row to the sink once the file is complete. Repeating the call into the same directory succeeds
   * as long as the files there are unchanged.
   *
   * @throws dev.archivist.failure.ArchiveFailure {@code REPORT_CHANGED} if the directory already
   *     holds another file of that name (it is left alone), {@code CONFIGURATION_INVALID} if it
   *     cannot be written to
   */
  void reports(Path reportsDir, Consumer<ReportRow> sink);

  /** What the calls so far have read; a repeated call replaces its earlier counts. */
  SourceSummary summary();
}
