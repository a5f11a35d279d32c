package dev.archivist.engine.ledger;

import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyKind;
import dev.archivist.engine.sql.Identifier;
import java.util.List;
import java.util.stream.Stream;

/** Which columns of an archive table are the rows' own. */
public final class ArchiveColumns {
  private static final List<Identifier> STAMPS =
      Stream.of("archived_at", "archive_batch_id").map(Identifier::new).toList();

  /** Where a report's file is, and what became of it. */
  private static final List<Identifier> OBJECT =
      Stream.of(
              "s3_location",
              "deleted_locally",
              "content_bytes",
              "content_sha256",
              "object_bytes",
              "object_sha256",
              "object_expires_at")
          .map(Identifier::new)
          .toList();

  private ArchiveColumns() {}

  /** Those that a row has, or had, in the live table; of daily values all that they say. */
  public static Columns rows(Columns archive, Policy policy) {
    Columns unstamped = archive.without(STAMPS);
    return policy.kind() instanceof PolicyKind.Offload ? unstamped.without(OBJECT) : unstamped;
  }
}
