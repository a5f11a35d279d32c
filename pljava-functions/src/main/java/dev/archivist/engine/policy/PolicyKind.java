package dev.archivist.engine.policy;

import dev.archivist.engine.sql.Identifier;
import java.util.List;
import java.util.Optional;

/** What happens to rows that are old enough. */
public sealed interface PolicyKind {

  /** The name as {@code archive.policies.kind} has it. */
  String label();

  /** Rows go to the archive's month partitions, unchanged. */
  record Move() implements PolicyKind {
    @Override
    public String label() {
      return "move";
    }
  }

  /**
   * Samples become one value per series and UTC day.
   *
   * @param series the columns that name a series
   * @param value the sampled value
   */
  record Rollup(List<Identifier> series, Identifier value) implements PolicyKind {
    public Rollup {
      series = List.copyOf(series);
      if (series.isEmpty()) {
        throw new IllegalArgumentException("a roll-up needs columns that name a series");
      }
    }

    @Override
    public String label() {
      return "rollup";
    }
  }

  /**
   * Files go to the object store, rows to the archive with their location.
   *
   * @param key uuid that names the object
   * @param file path of the file below the reports' root
   * @param size the file's recorded size in bytes, if the table has one
   * @param format the file's format, its extension
   * @param objectPrefix first part of the object's key
   * @param codec {@code zstd} or {@code gzip}
   */
  record Offload(
      Identifier key,
      Identifier file,
      Optional<Identifier> size,
      Identifier format,
      String objectPrefix,
      String codec)
      implements PolicyKind {
    @Override
    public String label() {
      return "offload";
    }
  }
}
