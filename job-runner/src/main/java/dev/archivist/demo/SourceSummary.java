package dev.archivist.demo;

import java.util.List;
import java.util.Map;

/**
 * What a source has read: rows handed over by kind, and every input file with what became of its
 * lines. Generated rows come from no file.
 *
 * @param rowsByKind rows handed over; a kind that was not asked for is 0
 * @param files the input files, in the order in which they were read
 */
public record SourceSummary(Map<RowKind, Long> rowsByKind, List<FileSummary> files) {
  public SourceSummary {
    rowsByKind = Map.copyOf(rowsByKind);
    files = List.copyOf(files);
  }

  /** Rows of this kind that were handed over. */
  public long rows(RowKind kind) {
    return rowsByKind.getOrDefault(kind, 0L);
  }

  /** Lines (of reports: files) of this kind that could not be read. */
  public long unreadable(RowKind kind) {
    return files.stream()
        .filter(file -> file.kind() == kind)
        .mapToLong(file -> file.counts().unreadable())
        .sum();
  }
}
