package dev.archivist.run;

import dev.archivist.config.Settings;
import dev.archivist.db.Database;
import dev.archivist.db.DatabaseIdentity;
import dev.archivist.db.PolicySession;
import dev.archivist.db.StoredLocations;
import dev.archivist.document.StoreMark;
import dev.archivist.document.StoreSummary;
import dev.archivist.document.StoreSummary.Other;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.ArchiveStore;
import dev.archivist.store.FoundMark;
import dev.archivist.store.LocalContent;
import dev.archivist.store.StoreKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Whose a store is. Two databases on one store would delete each other's objects: to each, those of
 * the other are objects that no report of its own needs. So the first database that writes leaves a
 * mark, and any other is refused until somebody takes the store over for it. So is who would use a
 * store around another's, or inside it: around, {@link OwnStore} keeps the two apart; inside, it is
 * refused.
 */
public final class StoreOwner implements StoreTakeOver.Place {
  private final ArchiveStore store;
  private final Database database;
  private final DatabaseIdentity identity;

  StoreOwner(ArchiveStore store, Database database) {
    this.store = store;
    this.database = database;
    this.identity = DatabaseIdentity.of(database);
  }

  /**
   * Opens the configured store for a job that may change it, checks that it can be used, that it is
   * this database's, and that the database knows what it has seen; see {@link #require} and {@link
   * StoreHistory#enter}.
   */
  static ArchiveStore open(
      Settings settings, PolicySession session, Function<Settings, ArchiveStore> stores) {
    ArchiveStore store = stores.apply(settings);
    boolean usable = false;
    try {
      store.check();
      OwnStore own = new StoreOwner(store, session.database()).require();
      new StoreHistory(store, session.database()).enter(session.name(), session.job().id());
      usable = true;
      return own;
    } finally {
      if (!usable) {
        store.close();
      }
    }
  }

  /** Whose the configured store is. */
  public static StoreSummary show(Settings settings, Database database) {
    try (ArchiveStore store = PolicyRun.configuredStore(settings)) {
      return new StoreOwner(store, database).summary();
    }
  }

  /** Whose it is, and what of others is around and inside. */
  @Override
  public StoreSummary summary() {
    Optional<StoreMark> mark = mark();
    Set<String> directories = directories();
    return new StoreSummary(
        store.toString(),
        mark.orElse(null),
        mark.filter(this::isOurs).isPresent(),
        !directories.isEmpty(),
        Stream.concat(around().stream(), inside(directories)).toList(),
        null);
  }

  private List<Other> around() {
    return new OwnerMarks(identity.id()).others(store.owners(""), true);
  }

  /** Directories with objects of which this database knows. */
  private Set<String> directories() {
    return new StoredLocations(database).directories(store.bases());
  }

  private Stream<Other> inside(Set<String> directories) {
    OwnStore own = new OwnStore(store, identity);
    return directories.stream()
        .flatMap(directory -> store.key(directory + "/any").stream())
        .flatMap(key -> own.another(key).stream())
        .distinct();
  }

  /**
   * The mark that the store has; empty if it is nobody's yet.
   *
   * @throws ArchiveFailure {@code ZA028} if it says nothing: it may be anybody's
   */
  Optional<StoreMark> mark() {
    return text().map(text -> OwnerMarks.read(text).orElseThrow(this::unreadable));
  }

  @Override
  public String uri() {
    return store.toString();
  }

  @Override
  public Optional<String> text() {
    return store.mark(StoreKey.OWNER).map(FoundMark::text);
  }

  private ArchiveFailure unreadable() {
    return new ArchiveFailure(
        ArchiveError.STORE_OF_ANOTHER,
        "the mark of %s does not say whose it is: %s".formatted(store, StoreKey.OWNER),
        "Look at that object. If no other database uses the store: archivist store take-over.");
  }

  /**
   * Lets this database go on if the store is its own; a store that is nobody's becomes its own.
   *
   * @return the store as it may be used: without those of others inside it
   * @throws ArchiveFailure {@code ZA028} if it is another's, lies in another's, or is nobody's yet
   *     and lies around another's; {@code ZA048} if it has no mark, but objects of this database
   */
  OwnStore require() {
    requireNoneAround();
    Optional<StoreMark> present = mark();
    if (present.isEmpty()) {
      requireNew();
      requireNoneInside();
      present = leave() ? Optional.of(ours()) : mark(); // another database was first
    }
    refuseUnlessOurs(present);
    return new OwnStore(store, identity);
  }

  /**
   * Lets this database look at the store if it is its own, or nobody's; changes nothing.
   *
   * @throws ArchiveFailure as {@link #require}
   */
  OwnStore requireToLook() {
    requireNoneAround();
    Optional<StoreMark> present = mark();
    if (present.isEmpty()) {
      requireNew();
    } else {
      refuseUnlessOurs(present);
    }
    return new OwnStore(store, identity);
  }

  private void refuseUnlessOurs(Optional<StoreMark> present) {
    if (present.filter(this::isOurs).isEmpty()) {
      throw new ArchiveFailure(
          ArchiveError.STORE_OF_ANOTHER,
          "%s belongs to %s, and this is %s"
              .formatted(
                  store,
                  present.map(OwnerMarks::words).orElse("another database"),
                  OwnerMarks.words(ours())),
          "Give each database a prefix of its own (ARCHIVE_STORE_URI). Only if that database is"
              + " gone, or this one was restored from its dump: archivist store take-over, then"
              + " archivist reconcile.");
    }
  }

  /** Whoever has the store around would take what is in this one for its own. */
  private void requireNoneAround() {
    around().stream()
        .findFirst()
        .ifPresent(
            other -> {
              throw new ArchiveFailure(
                  ArchiveError.STORE_OF_ANOTHER,
                  "%s lies in the store of %s, and this is %s"
                      .formatted(store, OwnerMarks.words(other), OwnerMarks.words(ours())),
                  "Give each database a prefix of its own (ARCHIVE_STORE_URI), none inside another's."
                      + " If that database is gone, point ARCHIVE_STORE_URI to its store, archivist"
                      + " store take-over, and point it back.");
            });
  }

  /** A mark around another database's store keeps that one out from then on. */
  private void requireNoneInside() {
    new OwnerMarks(identity.id())
        .others(store.ownersInside(), false).stream()
            .findFirst()
            .ifPresent(
                other -> {
                  throw new ArchiveFailure(
                      ArchiveError.STORE_OF_ANOTHER,
                      "%s lies around the store of %s, and this is %s"
                          .formatted(store, OwnerMarks.words(other), OwnerMarks.words(ours())),
                      "Give each database a prefix of its own (ARCHIVE_STORE_URI), none around"
                          + " another's. Only if that database is gone: archivist store take-over.");
                });
  }

  /** A directory that is not mounted, an emptied one, another bucket of the name. */
  private void requireNew() {
    directories().stream()
        .findFirst()
        .ifPresent(
            directory -> {
              throw new ArchiveFailure(
                  ArchiveError.STORE_UNMARKED,
                  "%s has no mark that says whose it is, but this database has objects there: %s"
                      .formatted(store, directory),
                  "Is it mounted, and the right one? If it really is the store: archivist store"
                      + " take-over, then archivist reconcile.");
            });
  }

  @Override
  public void takeOver() {
    requireNoneAround();
    store.mark(StoreKey.OWNER, OwnerMarks.bytes(identity));
  }

  /** Leaves the mark; false if there is one by now. */
  private boolean leave() {
    try {
      Path file = Files.createTempFile("archivist-owner", ".json");
      try {
        Files.write(file, OwnerMarks.bytes(identity));
        store.put(StoreKey.OWNER, file, LocalContent.sha256Of(Files.newInputStream(file)));
        return true;
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ArchiveFailure e) {
      if (e.error() != ArchiveError.OBJECT_CONFLICT) {
        throw e;
      }
      return false;
    }
  }

  private StoreMark ours() {
    return OwnerMarks.of(identity);
  }

  private boolean isOurs(StoreMark mark) {
    return mark.database().equals(identity.id());
  }
}
