package dev.archivist.engine.policy;

import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Files go to the object store, rows to the archive with their location.
 *
 * @param columns how a row says which file it is about
 */
public record Offload(FileColumns columns) implements PolicyKind {
  /** Where a report's file is. */
  private static final List<Identifier> OBJECT =
      identifiers(
          "s3_location",
          "content_bytes",
          "content_sha256",
          "object_bytes",
          "object_sha256",
          "file_rights");

  /** What becomes of it later. */
  private static final List<Identifier> CHANGING =
      identifiers("deleted_locally", "object_expires_at");

  static Offload of(KindSettings settings) {
    return new Offload(
        new FileColumns(
            settings.requiredColumn("key"),
            settings.requiredColumn("file"),
            settings.column("size"),
            settings.requiredColumn("format"),
            settings.requiredText("object_prefix"),
            settings.requiredText("codec")));
  }

  private static List<Identifier> identifiers(String... names) {
    return Stream.of(names).map(Identifier::new).toList();
  }

  @Override
  public String label() {
    return "offload";
  }

  @Override
  public boolean isPartitioned() {
    return false;
  }

  @Override
  public boolean changesArchivedRows() {
    return false;
  }

  @Override
  public boolean takesFamilies() {
    return false;
  }

  @Override
  public Optional<FileColumns> files() {
    return Optional.of(columns);
  }

  @Override
  public String cutoffUnit() {
    return "microseconds";
  }

  @Override
  public List<Identifier> addedColumns() {
    return Stream.concat(OBJECT.stream(), CHANGING.stream()).toList();
  }

  @Override
  public Columns digested(TableColumns table) {
    return table.archive().without(STAMPS).without(CHANGING);
  }

  /** The recorded size of the file, where there is one. */
  @Override
  public SqlText liveBytes(String alias, Columns live) {
    return columns
        .size()
        .map(
            size ->
                SqlText.load("plan.size_recorded")
                    .with("size", SqlText.columns(alias, List.of(size))))
        .orElseGet(() -> SqlText.load("plan.size_unknown"));
  }

  @Override
  public SqlText archivedBytes(String alias, Columns content) {
    return SqlText.columns(alias, List.of(new Identifier("content_bytes")));
  }

  @Override
  public SqlText sourceRows(String alias) {
    return SqlText.number(1);
  }

  @Override
  public List<Refusal> refusals(TableColumns table) {
    return MatchingColumns.refusals(table);
  }

  @Override
  public List<String> warnings(
      Connection connection, Policy policy, Columns live, OffsetDateTime cutoff) {
    return List.of();
  }

  @Override
  public SqlText batch(List<TableColumns> family) {
    throw new UnsupportedOperationException("a report's row goes when its file is stored");
  }

  @Override
  public List<Step> steps(Policy policy, Month month, long rows, String partition) {
    return List.of(
        new Step("object-store", "put, read back", "compress and upload the reports of " + month),
        new Step(
            "postgresql",
            "WITH gone AS (DELETE …) INSERT …",
            "one transaction a report: metadata to " + policy.archive()),
        new Step("files", "delete", "delete the local files that were archived"));
  }

  @Override
  public Optional<Refusal> againstRestore(Policy policy, boolean copied) {
    return copied
        ? Optional.of(
            new Refusal(
                "policy \"" + policy.name() + "\" archives files",
                "a copy of their rows would name files that are not there",
                "Restore without --into: reports come back to their paths."))
        : Optional.empty();
  }
}
