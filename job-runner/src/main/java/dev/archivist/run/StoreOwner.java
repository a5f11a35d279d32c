package dev.archivist.run;

import dev.archivist.config.Settings;
import dev.archivist.db.Database;
import dev.archivist.db.DatabaseIdentity;
import dev.archivist.db.PolicySession;
import dev.archivist.document.Json;
import dev.archivist.document.StoreMark;
import dev.archivist.document.StoreSummary;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.ArchiveStore;
import dev.archivist.store.LocalContent;
import dev.archivist.store.StoreKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * Whose a store is. Two databases on one store would delete each other's objects: to each, those of
 * the other are objects that no report of its own needs. So the first database that writes leaves a
 * mark, and any other is refused until somebody takes the store over for it.
 */
public final class StoreOwner {
  private final ArchiveStore store;

  StoreOwner(ArchiveStore store) {
    this.store = store;
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
      new StoreOwner(store).require(DatabaseIdentity.of(session.database()));
      new StoreHistory(store, session.database()).enter(session.name(), session.job().id());
      usable = true;
      return store;
    } finally {
      if (!usable) {
        store.close();
      }
    }
  }

  /** Whose the configured store is. */
  public static StoreSummary show(Settings settings, Database database) {
    try (ArchiveStore store = PolicyRun.configuredStore(settings)) {
      return summary(store, new StoreOwner(store).mark(), DatabaseIdentity.of(database));
    }
  }

  /** Makes the configured store this database's, whosever it was. */
  public static StoreSummary takeOver(Settings settings, Database database) {
    try (ArchiveStore store = PolicyRun.configuredStore(settings)) {
      DatabaseIdentity identity = DatabaseIdentity.of(database);
      return summary(store, Optional.of(new StoreOwner(store).takeOver(identity)), identity);
    }
  }

  private static StoreSummary summary(
      ArchiveStore store, Optional<StoreMark> mark, DatabaseIdentity database) {
    return new StoreSummary(
        store.toString(),
        mark.orElse(null),
        mark.filter(each -> each.database().equals(database.id())).isPresent());
  }

  /**
   * The mark that the store has; empty if it is nobody's yet.
   *
   * @throws ArchiveFailure {@code ZA028} if it says nothing: it may be anybody's
   */
  Optional<StoreMark> mark() {
    if (store.stat(StoreKey.OWNER).isEmpty()) {
      return Optional.empty();
    }
    try (InputStream mark = store.open(StoreKey.OWNER)) {
      return Optional.of(read(new String(mark.readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private StoreMark read(String text) {
    try {
      StoreMark mark = Json.read(text, StoreMark.class);
      if (mark != null && mark.database() != null) {
        return mark;
      }
    } catch (IllegalStateException e) {
      throw unreadable(e);
    }
    throw unreadable(null);
  }

  private ArchiveFailure unreadable(Exception cause) {
    return new ArchiveFailure(
        ArchiveError.STORE_OF_ANOTHER,
        "the mark of %s does not say whose it is: %s".formatted(store, StoreKey.OWNER),
        "Look at that object. If no other database uses the store: archivist store take-over.",
        cause);
  }

  /**
   * Lets this database go on if the store is its own; a store that is nobody's becomes its own.
   *
   * @throws ArchiveFailure {@code ZA028} if it is another's
   */
  void require(DatabaseIdentity database) {
    Optional<StoreMark> present = mark();
    if (present.isEmpty()) {
      try {
        leave(database);
        return;
      } catch (ArchiveFailure e) {
        if (e.error() != ArchiveError.OBJECT_CONFLICT) {
          throw e;
        }
        present = mark(); // another database was first
      }
    }
    refuseUnless(present, database);
  }

  /**
   * Lets this database look at the store if it is its own, or nobody's; changes nothing.
   *
   * @throws ArchiveFailure {@code ZA028} if it is another's
   */
  void requireToLook(DatabaseIdentity database) {
    Optional<StoreMark> present = mark();
    if (present.isPresent()) {
      refuseUnless(present, database);
    }
  }

  private void refuseUnless(Optional<StoreMark> present, DatabaseIdentity database) {
    if (!present.map(StoreMark::database).equals(Optional.of(database.id()))) {
      throw new ArchiveFailure(
          ArchiveError.STORE_OF_ANOTHER,
          "%s belongs to %s, and this is %s"
              .formatted(
                  store,
                  present.map(StoreOwner::words).orElse("another database"),
                  words(mark(database))),
          "Give each database a prefix of its own (ARCHIVE_STORE_URI). If that database is gone, or"
              + " this one was restored from its dump: archivist store take-over, then archivist"
              + " reconcile.");
    }
  }

  StoreMark takeOver(DatabaseIdentity database) {
    store.mark(StoreKey.OWNER, bytes(mark(database)));
    return mark(database);
  }

  private static byte[] bytes(StoreMark mark) {
    return (Json.line(mark) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private void leave(DatabaseIdentity database) {
    try {
      Path file = Files.createTempFile("archivist-owner", ".json");
      try {
        Files.write(file, bytes(mark(database)));
        store.put(StoreKey.OWNER, file, LocalContent.sha256Of(Files.newInputStream(file)));
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static StoreMark mark(DatabaseIdentity database) {
    return new StoreMark(database.id(), database.name());
  }

  private static String words(StoreMark mark) {
    return "database %s (%s)".formatted(mark.name(), mark.database());
  }
}
