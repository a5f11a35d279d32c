package dev.archivist.run;

import dev.archivist.db.DatabaseIdentity;
import dev.archivist.document.Json;
import dev.archivist.document.StoreMark;
import dev.archivist.document.StoreSummary.Other;
import dev.archivist.store.FoundMark;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** What owner's marks say, to one database. */
record OwnerMarks(String database) {
  /** A name is no longer in PostgreSQL; messages show it. */
  private static final int LONGEST = 63;

  /** The mark that a database leaves. */
  static StoreMark of(DatabaseIdentity database) {
    return new StoreMark(database.id(), database.name());
  }

  /** As it is written. */
  static byte[] bytes(DatabaseIdentity database) {
    return (Json.line(of(database)) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** Whose a mark says that the store is; empty if it does not, or not as a database would. */
  static Optional<StoreMark> read(String text) {
    try {
      return Optional.ofNullable(Json.read(text, StoreMark.class))
          .filter(mark -> mark.database() != null && mark.database().length() <= LONGEST)
          .filter(mark -> mark.name() == null || mark.name().length() <= LONGEST);
    } catch (IllegalStateException e) {
      return Optional.empty();
    }
  }

  /** Those of other databases; one that does not say whose it is may be anybody's. */
  List<Other> others(List<FoundMark> found, boolean around) {
    return found.stream()
        .map(each -> new Other(each.uri(), read(each.text()).orElse(null), around))
        .filter(each -> each.owner() == null || !each.owner().database().equals(database))
        .toList();
  }

  /** Whose it is, for people. */
  static String words(Other other) {
    return other.owner() == null
        ? "a database that its mark does not name (%s)".formatted(other.mark())
        : "%s (by its mark %s)".formatted(words(other.owner()), other.mark());
  }

  static String words(StoreMark mark) {
    return "database %s (%s)".formatted(mark.name(), mark.database());
  }
}
