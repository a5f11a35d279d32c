package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.config.Setting;
import dev.archivist.config.Settings;
import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.document.RestorePlan;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.report.Codec;
import dev.archivist.store.ArchiveStore;
import dev.archivist.store.ArchiveStores;
import dev.archivist.store.StoreKey;
import dev.archivist.store.StoreSettings;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;

/** A database with reports, their files, and a store: what offloading works on. */
final class ReportWorld implements AutoCloseable {
  final TestDatabase db;
  final Path root;
  final List<String> notes = new ArrayList<>();
  private final Map<UUID, byte[]> contents = new HashMap<>();
  private final StoreSettings storeSettings;
  private final Settings settings;
  private Consumer<String> onCall = call -> {};

  ReportWorld(Path home) {
    this(home, StoreSettings.of(home.resolve("store").toUri().toString()));
  }

  ReportWorld(Path home, StoreSettings storeSettings) {
    this(TestDatabase.migrated(), home, home.resolve("reports"), storeSettings);
  }

  private ReportWorld(TestDatabase db, Path home, Path root, StoreSettings storeSettings) {
    this.db = db;
    this.root = root;
    this.storeSettings = storeSettings;
    this.settings =
        db.settings()
            .with(Setting.ARCHIVIST_HOME, home.toString())
            .with(Setting.REPORTS_LOCAL_DIR, root.toString())
            .with(Setting.ARCHIVE_MAX_REPORT_BYTES, "1000000");
    binFor("0");
    try {
      Files.createDirectories(home);
      Files.createDirectories(root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A copy of the database, with files and a store of its own; what was archived is archived. */
  ReportWorld copy(Path home, StoreSettings store) {
    return copy(home, home.resolve("reports"), store);
  }

  /** A copy of the database with a store of its own and these files. */
  ReportWorld copy(Path home, Path root, StoreSettings store) {
    ReportWorld copy = new ReportWorld(db.copy(), home, root, store);
    copy.contents.putAll(contents);
    return copy;
  }

  Settings settings() {
    return settings;
  }

  /** How long months and objects wait in the bin; not at all, unless a test is about it. */
  void binFor(String interval) {
    db.execute(
        "UPDATE archive.policies SET bin_for = interval '%s' WHERE name = 'reports'"
            .formatted(interval));
  }

  /** A report of 200 days with a file of its own. */
  UUID report(String filePath) {
    byte[] content = LiveData.file(root.resolve(filePath), 20_000, contents.size());
    UUID id = LiveData.report(db, filePath, 200);
    contents.put(id, content);
    return id;
  }

  /** A report's row for a file that other rows name too. */
  UUID reportOf(UUID other, String filePath, int daysOld) {
    UUID id = LiveData.report(db, filePath, daysOld);
    contents.put(id, contents.get(other));
    return id;
  }

  /**
   * A second policy that offloads files, of a table like the first one's, whose files lie beside.
   */
  void letters() {
    db.execute(
        "CREATE TABLE public.letters (LIKE public.reports INCLUDING ALL)",
        "CREATE TABLE public.letters_archive (LIKE public.reports_archive INCLUDING ALL)",
        "ALTER TABLE public.letters_archive OWNER TO archive_owner",
        "GRANT SELECT, INSERT, DELETE ON public.letters TO archive_owner",
        "GRANT SELECT, DELETE ON public.letters TO archive_operator",
        """
        INSERT INTO archive.policies (name, kind, time_column, archive_after, settings)
        SELECT 'letters', kind, time_column, archive_after,
          (settings - 'object_keep_for') || '{"object_prefix": "archived-letters"}'
        FROM archive.policies WHERE name = 'reports'
        """,
        """
        INSERT INTO archive.policy_tables (policy, position, source_schema, source_table,
          archive_schema, archive_table)
        VALUES ('letters', 0, 'public', 'letters', 'public', 'letters_archive')
        """);
  }

  /** A live letter that names the file; no run takes it. */
  UUID youngLetter(String filePath) {
    return UUID.fromString(
        db.value(
            "INSERT INTO public.letters (scenario_id, format, file_path)"
                + " VALUES (gen_random_uuid(), 'pdf', ?) RETURNING id",
            filePath));
  }

  /** What the test expects the report to hold from now on. */
  void rewrite(UUID id, String filePath) {
    contents.put(id, LiveData.file(root.resolve(filePath), 21_000, 99));
  }

  byte[] content(UUID id) {
    return contents.get(id);
  }

  /** Lets the test in at each call of the store. */
  void onStoreCall(Consumer<String> listener) {
    onCall = listener;
  }

  ArchiveStore store() {
    return ArchiveStores.open(storeSettings, Path.of(""));
  }

  JobOutcome run() {
    return run(new StopSignal());
  }

  JobOutcome run(StopSignal stop) {
    return run(stop, settings);
  }

  /** A run that waits no longer than this for a lock. */
  JobOutcome run(Duration lockTimeout) {
    return run(
        new StopSignal(),
        settings.with(Setting.ARCHIVE_LOCK_TIMEOUT, lockTimeout.toMillis() + "ms"));
  }

  private JobOutcome run(StopSignal stop, Settings jobSettings) {
    return job(stop, jobSettings, job -> job.run("reports"));
  }

  /** Restores the reports that the options say. */
  JobOutcome restore(String options) {
    return restore(options, new StopSignal());
  }

  /** What a restore would do. */
  RestorePlan restorePreview(String options) {
    try (Database database = Database.open(settings)) {
      return new Plans(new Archive(database), settings, any -> store()).restore("reports", options);
    }
  }

  JobOutcome restore(String options, StopSignal stop) {
    return job(stop, settings, job -> job.restore("reports", options));
  }

  private JobOutcome job(
      StopSignal stop, Settings jobSettings, Function<PolicyRun, JobOutcome> work) {
    Progress progress =
        new Progress() {
          @Override
          public void began(String policy) {}

          @Override
          public void advanced(String policy, BatchResult batch) {}

          @Override
          public void note(String policy, String message) {
            notes.add(message);
          }

          @Override
          public void ended(JobOutcome outcome) {}
        };
    try (Database database = Database.open(jobSettings)) {
      return work.apply(
          new PolicyRun(
              database,
              jobSettings,
              stop,
              progress,
              any -> new WatchedStore(store(), call -> onCall.accept(call))));
    }
  }

  /** A purge with the same store. */
  PurgeOutcome purge() {
    return purges().purge("reports");
  }

  PurgeRun purges() {
    return purges(new LockRetry(new StopSignal(), Duration.ofMillis(400)));
  }

  PurgeRun purges(LockRetry busy) {
    return new PurgeRun(
        db.database(),
        settings,
        new StopSignal(),
        busy,
        any -> new WatchedStore(store(), call -> onCall.accept(call)));
  }

  VerifyOutcome verify() {
    return new Verifier(db.database(), settings, VerifyProgress.SILENT, any -> store())
        .verify("reports", Optional.empty(), true);
  }

  /** What a verification says of the objects. */
  VerifyOutcome.Objects verify(boolean deep) {
    return new Verifier(db.database(), settings, VerifyProgress.SILENT, any -> store())
        .verify("reports", Optional.empty(), deep)
        .objects()
        .orElseThrow();
  }

  Reconciler reconciler() {
    return new Reconciler(db.database(), settings, new StopSignal(), any -> store());
  }

  /** Keeps the database as it is now. */
  void backUp() {
    db.backUp();
  }

  /** The database is as it was backed up; files and store stay as they are. */
  void restoreBackup() {
    db.restoreBackup();
  }

  /**
   * The law of conservation: every report that was ever made is live with its file unchanged, or
   * archived with an object that decompresses to its very bytes.
   */
  void assertNothingLost() throws IOException {
    for (UUID id : contents.keySet()) {
      List<List<String>> archived =
          db.rows("SELECT file_path, s3_location FROM reports_archive WHERE id = ?", id);
      List<List<String>> live = db.rows("SELECT file_path FROM reports WHERE id = ?", id);
      assertThat(archived.size() + live.size()).as("tiers of report " + id).isEqualTo(1);
      byte[] bytes =
          archived.isEmpty()
              ? Files.readAllBytes(root.resolve(live.get(0).get(0)))
              : object(archived.get(0).get(1));
      assertThat(bytes).as("content of report " + id).isEqualTo(contents.get(id));
    }
  }

  /** Everything is archived, the objects are right, and no local file is left. */
  void assertAllArchived() throws IOException {
    assertNothingLost();
    assertThat(db.number("SELECT count(*) FROM reports")).isZero();
    assertThat(db.number("SELECT count(*) FROM reports_archive WHERE NOT deleted_locally"))
        .isZero();
    assertThat(localFiles()).isEmpty();
    assertThat(db.archive().verify("reports").ok()).isTrue();
    int archived = (int) db.number("SELECT count(*) FROM reports_archive");
    int inBin = (int) db.number("SELECT count(*) FROM archive.stray_objects");
    assertThat(objects().size())
        .as("objects of archived reports, and those in the bin, if they are there")
        .isBetween(archived, archived + inBin);
  }

  /** Everything is live again, the files are right, and no object is left. */
  void assertAllLive() throws IOException {
    assertNothingLost();
    assertThat(db.number("SELECT count(*) FROM reports_archive")).isZero();
    assertThat(db.rows("SELECT * FROM archive.ledger WHERE policy = 'reports'")).isEmpty();
    assertThat(db.archive().verify("reports").ok()).isTrue();
    assertThat(objects()).isEmpty();
    assertThat(db.rows("SELECT * FROM archive.stray_objects")).isEmpty();
    assertThat(localFiles()).noneMatch(file -> file.toString().contains(".archivist"));
  }

  /** The archived report's bytes, read from its object. */
  byte[] object(String location) throws IOException {
    String key = location.substring(location.indexOf("archived-reports/"));
    Codec codec = key.endsWith(Codec.GZIP.extension()) ? Codec.GZIP : Codec.ZSTD;
    try (ArchiveStore store = store();
        InputStream in = codec.decompress(store.open(key))) {
      return in.readAllBytes();
    }
  }

  List<String> objects() {
    List<String> keys = new ArrayList<>();
    try (ArchiveStore store = store()) {
      store.list("", object -> keys.add(object.key()));
    }
    return keys;
  }

  /** As a late deletion does, or somebody by hand. */
  void remove(List<String> keys) {
    try (ArchiveStore store = store()) {
      keys.forEach(store::delete);
    }
  }

  /** But for the mark that says whose they are. */
  List<Path> localFiles() throws IOException {
    try (var files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(root::relativize)
          .filter(file -> !file.toString().equals(StoreKey.OWNER))
          .toList();
    }
  }

  @Override
  public void close() {
    db.close();
  }
}
