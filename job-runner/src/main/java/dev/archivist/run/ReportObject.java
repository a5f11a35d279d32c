package dev.archivist.run;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.report.StoredReport;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.report.Codec;
import dev.archivist.report.ReadBack;
import dev.archivist.store.ArchiveStore;
import java.util.Optional;

/** The object of an archived report, read whole. */
final class ReportObject {
  private ReportObject() {}

  /**
   * What differs from what was recorded of the object and its content; empty if nothing does.
   *
   * @throws ArchiveFailure if the store fails
   */
  static Optional<String> difference(ArchiveStore store, StoredReport recorded) {
    Optional<String> key = store.key(recorded.location());
    return key.isEmpty()
        ? Optional.of("it is not in the configured store")
        : difference(store, key.get(), recorded);
  }

  /** As {@link #difference(ArchiveStore, StoredReport)}, under a key of the store. */
  static Optional<String> difference(ArchiveStore store, String key, StoredReport recorded) {
    Optional<Codec> codec = Codec.ofKey(key);
    if (codec.isEmpty()) {
      return Optional.of("its name does not say how it is compressed");
    }
    try {
      return ReadBack.difference(store.open(key), codec.get(), recorded);
    } catch (ArchiveFailure failure) {
      if (failure.error() != ArchiveError.OBJECT_MISSING
          && failure.error() != ArchiveError.OBJECT_CORRUPT
          && failure.error() != ArchiveError.OBJECT_OF_ANOTHER) {
        throw failure;
      }
      return Optional.of(failure.getMessage());
    }
  }
}
