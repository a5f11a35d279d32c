package dev.archivist.run;

import dev.archivist.config.Settings;
import dev.archivist.db.Database;
import dev.archivist.db.DatabaseIdentity;
import dev.archivist.db.TakeOvers;
import dev.archivist.document.StoreMark;
import dev.archivist.document.StoreSummary;
import dev.archivist.store.ArchiveStore;
import java.util.Optional;
import java.util.function.Function;

/**
 * Makes the configured store, or the reports' directory, this database's, whosever it was. The
 * other database is refused from then on, and the audit trail says who did it.
 */
public final class StoreTakeOver {
  private final Settings settings;
  private final Database database;
  private final boolean reports;

  /**
   * @param reports whether it is about the reports' directory
   */
  public StoreTakeOver(Settings settings, Database database, boolean reports) {
    this.settings = settings;
    this.database = database;
    this.reports = reports;
  }

  /**
   * What is to be taken.
   *
   * @param uri where it is
   * @param owner whose it is; empty if it is nobody's, or its mark does not say
   * @param ours whether it is this database's
   * @param words whose it is, for people
   */
  public record Subject(String uri, Optional<StoreMark> owner, boolean ours, String words) {}

  /** What would be taken, and from whom; changes nothing. */
  public Subject look() {
    return with(this::subject);
  }

  /**
   * Takes it, unless it is this database's already.
   *
   * @throws dev.archivist.failure.ArchiveFailure {@code ZA028} if it lies in another's; {@code
   *     ZA012} to whoever is no member of archive_owner
   */
  public StoreSummary take() {
    return with(
        place -> {
          Subject before = subject(place);
          if (!before.ours()) {
            new TakeOvers(database).record(before.uri(), before.words(), place::takeOver);
          }
          return place.summary().takenFrom(before.ours() ? null : before.owner().orElse(null));
        });
  }

  private Subject subject(Place place) {
    Optional<String> text = place.text();
    Optional<StoreMark> owner = text.flatMap(OwnerMarks::read);
    boolean ours =
        owner
            .filter(mark -> mark.database().equals(DatabaseIdentity.of(database).id()))
            .isPresent();
    String words =
        text.isEmpty()
            ? "nobody"
            : owner.map(OwnerMarks::words).orElse("a database that its mark does not name");
    return new Subject(place.uri(), owner, ours, words);
  }

  private <T> T with(Function<Place, T> work) {
    try (ArchiveStore store = PolicyRun.configuredStore(settings)) {
      return work.apply(
          reports
              ? new RootOwner(settings, database, new StoreOwner(store, database).require())
              : new StoreOwner(store, database));
    }
  }

  /** What can be taken over. */
  interface Place {
    /** Where it is. */
    String uri();

    /** What its mark says; empty if it has none. */
    Optional<String> text();

    /** Replaces the mark. */
    void takeOver();

    /** Whose it is. */
    StoreSummary summary();
  }
}
