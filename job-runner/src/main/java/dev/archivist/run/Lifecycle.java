package dev.archivist.run;

import dev.archivist.config.Settings;
import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.document.LifecycleRule;
import dev.archivist.store.ArchiveStore;
import dev.archivist.store.ArchiveStores;
import dev.archivist.store.StoreSettings;
import dev.archivist.store.s3.S3Lifecycle;
import java.util.ArrayList;
import java.util.List;

/** The lifecycle rules of the bucket, for every policy that offloads files to it. */
public final class Lifecycle {
  private final Database database;
  private final Archive archive;
  private final Settings settings;

  public Lifecycle(Database database, Settings settings) {
    this.database = database;
    this.archive = new Archive(database);
    this.settings = settings;
  }

  /**
   * A rule in words.
   *
   * @param wanted what it should say
   * @param actual what it says; empty if it is not there
   * @param note what the bucket makes of it that the rule does not say; empty if nothing
   */
  public record Rule(String id, String wanted, String actual, String note) {
    public boolean inPlace() {
      return wanted.equals(actual);
    }

    /** As {@code s3-lifecycle --json} has it. */
    public LifecycleRule document() {
      return new LifecycleRule(
          id, inPlace(), wanted, actual.isEmpty() ? null : actual, note.isEmpty() ? null : note);
    }
  }

  /** Our rules, as they should be and as they are. */
  public List<Rule> rules() {
    List<Rule> rules = new ArrayList<>();
    for (String prefix : archive.objectPrefixes()) {
      try (S3Lifecycle bucket = open(prefix)) {
        bucket
            .rules()
            .forEach(
                each -> rules.add(new Rule(each.id(), each.wanted(), each.actual(), each.note())));
      }
    }
    return rules;
  }

  /**
   * Writes them; those of others stay.
   *
   * @throws dev.archivist.failure.ArchiveFailure {@code ZA028} if the store is another database's
   */
  public void apply() {
    List<S3Lifecycle> buckets = new ArrayList<>();
    try {
      archive.objectPrefixes().forEach(prefix -> buckets.add(open(prefix)));
      try (ArchiveStore store = PolicyRun.configuredStore(settings)) {
        new StoreOwner(store, database).require();
      }
      buckets.forEach(S3Lifecycle::apply);
    } finally {
      buckets.forEach(S3Lifecycle::close);
    }
  }

  private S3Lifecycle open(String prefix) {
    return ArchiveStores.lifecycle(StoreSettings.of(settings), prefix, settings.glacierAfterDays());
  }
}
