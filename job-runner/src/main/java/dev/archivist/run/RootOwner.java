package dev.archivist.run;

import dev.archivist.config.Settings;
import dev.archivist.db.Database;
import dev.archivist.db.DatabaseIdentity;
import dev.archivist.db.PolicySession;
import dev.archivist.document.StoreMark;
import dev.archivist.document.StoreSummary;
import dev.archivist.document.StoreSummary.Other;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.ArchiveStore;
import dev.archivist.store.DirectoryMarks;
import dev.archivist.store.DurableFiles;
import dev.archivist.store.FoundMark;
import dev.archivist.store.StoreKey;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * Whose a reports' directory is. Two databases on one would delete each other's files: what one has
 * archived is live in the other. So the first job that deletes or writes a file leaves a mark
 * there, as {@link StoreOwner} does in a store, and any other database is refused. The store
 * remembers that there is a mark: a directory without one is then not mounted, or another.
 */
final class RootOwner implements StoreTakeOver.Place {
  private final Path root;
  private final Path lockFile;
  private final ArchiveStore store;
  private final DatabaseIdentity identity;
  private final OwnerMarks marks;
  private final Set<Path> seen = new HashSet<>();
  private boolean remembered;

  /**
   * @param store this database's
   */
  RootOwner(Settings settings, Database database, ArchiveStore store) {
    this.root = settings.reportsRoot();
    this.lockFile = settings.restoreLock();
    this.store = store;
    this.identity = DatabaseIdentity.of(database);
    this.marks = new OwnerMarks(identity.id());
  }

  /**
   * Opens the configured store for a job that may delete or write files, and looks whose the
   * reports' directory is; see {@link StoreOwner#open} and {@link #require}.
   */
  static ArchiveStore open(
      Settings settings, PolicySession session, Function<Settings, ArchiveStore> stores) {
    ArchiveStore store = StoreOwner.open(settings, session, stores);
    boolean usable = false;
    try {
      new RootOwner(settings, session.database(), store).require();
      usable = true;
      return store;
    } finally {
      if (!usable) {
        store.close();
      }
    }
  }

  /**
   * Lets a job go on if the directory is this database's, or nobody's yet; leaves no mark. That
   * there is no directory is said by whoever needs a file.
   *
   * @throws ArchiveFailure {@code ZA028} if it is another's, lies in another's, or is nobody's yet
   *     and lies around another's; {@code ZA048} if it has no mark, but the one that this database
   *     uses has
   */
  void require() {
    if (!Files.isDirectory(root)) {
      return;
    }
    requireNoneAround();
    mark()
        .ifPresentOrElse(
            this::requireOurs,
            () -> {
              requireNew();
              requireNoneAnywhereInside();
            });
  }

  /**
   * Before a file is deleted, or a report is noted to have none. Where nothing is there, the
   * directory must have its mark already: it may not be mounted.
   *
   * @param file the file; empty if nothing is there
   * @throws ArchiveFailure as {@link #claim}
   */
  void claimFor(Optional<Path> file) {
    if (file.isPresent()) {
      claim(file.get().getParent());
    } else if (mark().isEmpty()) {
      requireNew();
      throw new ArchiveFailure(
          ArchiveError.REPORT_UNREADABLE,
          "nothing is there, but %s has no mark that says whose it is".formatted(root),
          "Is it mounted? The first file that a run deletes there leaves the mark.");
    } else {
      requireOurs(mark().get());
    }
  }

  /**
   * Before a file is deleted or written: a directory that is nobody's becomes this database's.
   *
   * @param directory where the file is, or will be
   * @throws ArchiveFailure as {@link #require}; {@code REPORT_UNREADABLE} if no mark can be left;
   *     {@code OBJECT_OF_ANOTHER} if the file lies in the directory of another, inside this one
   */
  void claim(Path directory) {
    if (mark().isEmpty()) {
      requireNew();
      requireNoneAnywhereInside();
      leave(false);
    }
    requireOurs(mark().orElseThrow(this::unmarked));
    requireNoneInside(directory);
    remember();
  }

  @Override
  public String uri() {
    return root.toUri().toString();
  }

  @Override
  public Optional<String> text() {
    return mark().map(FoundMark::text);
  }

  @Override
  public void takeOver() {
    if (!Files.isDirectory(root)) {
      throw new ArchiveFailure(
          ArchiveError.CONFIGURATION_INVALID,
          "the reports' directory is not there: " + root,
          "Point REPORTS_LOCAL_DIR to it, and mount it.");
    }
    requireNoneAround();
    leave(true);
    remember();
  }

  @Override
  public StoreSummary summary() {
    Optional<StoreMark> owner =
        mark().map(mark -> OwnerMarks.read(mark.text()).orElseThrow(() -> unreadable(mark)));
    return new StoreSummary(
        root.toUri().toString(),
        owner.orElse(null),
        owner.filter(this::isOurs).isPresent(),
        isRemembered(),
        around(),
        null);
  }

  private Optional<FoundMark> mark() {
    try {
      return DirectoryMarks.at(root);
    } catch (IOException e) {
      throw failing(e);
    }
  }

  private List<Other> around() {
    try {
      return marks.others(new DirectoryMarks(root).around(), true);
    } catch (IOException e) {
      throw failing(e);
    }
  }

  private void requireNoneAround() {
    around().stream()
        .findFirst()
        .ifPresent(
            other -> {
              throw new ArchiveFailure(
                  ArchiveError.STORE_OF_ANOTHER,
                  "the reports' directory %s lies in one of %s, and this is %s"
                      .formatted(root, OwnerMarks.words(other), words()),
                  "Give each database a reports' directory of its own (REPORTS_LOCAL_DIR), none"
                      + " inside another's.");
            });
  }

  /** A mark around another's directory keeps that one out from then on. */
  private void requireNoneAnywhereInside() {
    try {
      marks.others(new DirectoryMarks(root).inside(), false).stream()
          .findFirst()
          .ifPresent(
              other -> {
                throw new ArchiveFailure(
                    ArchiveError.STORE_OF_ANOTHER,
                    "the reports' directory %s lies around one of %s, and this is %s"
                        .formatted(root, OwnerMarks.words(other), words()),
                    "Give each database a reports' directory of its own (REPORTS_LOCAL_DIR), none"
                        + " around another's. Only if that database is gone: archivist store"
                        + " take-over --reports.");
              });
    } catch (IOException e) {
      throw failing(e);
    }
  }

  /** A directory of another in this one, by whatever links lead there. */
  private void requireNoneInside(Path directory) {
    try {
      Path real = root.toRealPath();
      for (Path each = directory;
          each != null && !each.equals(real) && !each.equals(root) && each.startsWith(real);
          each = each.getParent()) {
        if (!seen.contains(each)) {
          requireNotOfAnother(each);
          seen.add(each);
        }
      }
    } catch (IOException e) {
      throw failing(e);
    }
  }

  private void requireNotOfAnother(Path directory) throws IOException {
    marks.others(DirectoryMarks.at(directory).stream().toList(), false).stream()
        .findFirst()
        .ifPresent(
            other -> {
              throw new ArchiveFailure(
                  ArchiveError.OBJECT_OF_ANOTHER,
                  "the report's file lies in a directory of " + OwnerMarks.words(other),
                  "Nothing was done with it. Give each database a reports' directory of its own"
                      + " (REPORTS_LOCAL_DIR).");
            });
  }

  private void requireOurs(FoundMark found) {
    StoreMark mark = OwnerMarks.read(found.text()).orElseThrow(() -> unreadable(found));
    if (!isOurs(mark)) {
      throw new ArchiveFailure(
          ArchiveError.STORE_OF_ANOTHER,
          "the reports' directory %s belongs to %s, and this is %s"
              .formatted(root, OwnerMarks.words(mark), words()),
          "Give each database a reports' directory of its own (REPORTS_LOCAL_DIR). Only if that"
              + " database is gone, or this one was restored from its dump: archivist store take-over"
              + " --reports.");
    }
  }

  private void requireNew() {
    if (isRemembered()) {
      throw unmarked();
    }
  }

  private ArchiveFailure unmarked() {
    return new ArchiveFailure(
        ArchiveError.STORE_UNMARKED,
        "the reports' directory %s has no mark that says whose it is, but this database's has one"
            .formatted(root),
        "Is it mounted, and the right one? If it really is the reports' directory: archivist store"
            + " take-over --reports.");
  }

  private static ArchiveFailure unreadable(FoundMark mark) {
    return new ArchiveFailure(
        ArchiveError.STORE_OF_ANOTHER,
        "the mark of the reports' directory does not say whose it is: " + mark.uri(),
        "Look at that file. If no other database uses the directory: archivist store take-over"
            + " --reports.");
  }

  /** Whether this database has marked a directory; a mark that says nothing may say so. */
  private boolean isRemembered() {
    return store
        .mark(StoreKey.REPORTS)
        .filter(mark -> OwnerMarks.read(mark.text()).map(this::isOurs).orElse(true))
        .isPresent();
  }

  private void remember() {
    if (!remembered && !isRemembered()) {
      store.mark(StoreKey.REPORTS, OwnerMarks.bytes(identity));
    }
    remembered = true;
  }

  /** Leaves the mark, durably; where one is there and is not to be replaced, that one stays. */
  private void leave(boolean replace) {
    Path mark = root.resolve(StoreKey.OWNER);
    Path finished = root.resolve(StoreKey.OWNER + "-" + UUID.randomUUID() + ".tmp");
    try {
      try {
        Files.write(
            finished,
            OwnerMarks.bytes(identity),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SYNC);
        if (replace) {
          Files.move(finished, mark, StandardCopyOption.ATOMIC_MOVE);
        } else {
          DurableFiles.publish(finished, mark, lockFile);
        }
      } finally {
        Files.deleteIfExists(finished);
      }
      DurableFiles.sync(root);
    } catch (FileAlreadyExistsException e) {
      // another was first; whoever asks reads whose it is
    } catch (IOException e) {
      throw new ArchiveFailure(
          ArchiveError.REPORT_UNREADABLE,
          "no mark can be left in the reports' directory " + root,
          "Give the runner's user the right to write there; it says whose the files are.",
          e);
    }
  }

  private static ArchiveFailure failing(IOException e) {
    return new ArchiveFailure(
        ArchiveError.CONFIGURATION_INVALID,
        "the mark of the reports' directory cannot be looked at: " + e.getMessage(),
        "Look at the disk or the mount behind REPORTS_LOCAL_DIR.",
        e);
  }

  private boolean isOurs(StoreMark mark) {
    return mark.database().equals(identity.id());
  }

  private String words() {
    return OwnerMarks.words(OwnerMarks.of(identity));
  }
}
