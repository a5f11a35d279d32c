package dev.archivist.run;

import dev.archivist.config.Settings;
import dev.archivist.db.ReconciliationSession;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.report.ArchivedReport;
import dev.archivist.engine.report.BinnedReports;
import dev.archivist.engine.report.Reconciliation;
import dev.archivist.engine.report.ReportRows;
import dev.archivist.engine.report.StoredReport;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.report.Codec;
import dev.archivist.report.ReadBack;
import dev.archivist.report.ReportRoot;
import dev.archivist.run.ReconcileOutcome.Difference;
import dev.archivist.run.ReconcileOutcome.Finding;
import dev.archivist.store.StoredObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Finds what differs between a policy's reports, their files and their objects; changes nothing.
 * Objects of archived reports are only looked at, unless their file is there too; those that no
 * archived report refers to are read.
 */
final class ObjectSurvey {
  private static final int PAGE = 500;

  private final ReconciliationSession session;
  private final OwnStore store;
  private final ReportRoot root;
  private final long maxBytes;
  private final List<Difference> differences = new ArrayList<>();
  private final Map<UUID, Integer> missingFiles = new HashMap<>();

  ObjectSurvey(Settings settings, ReconciliationSession session, OwnStore store) {
    this.session = session;
    this.store = store;
    this.maxBytes = settings.maxReportBytes();
    this.root = new ReportRoot(settings.reportsRoot(), maxBytes);
  }

  /** What differs: of archived reports first, then of objects that none refers to. */
  List<Difference> differences() {
    UUID last = ReportRows.Position.START.key();
    List<ReportRows.Archived> page = session.archived(last, PAGE);
    while (!page.isEmpty()) {
      for (ReportRows.Archived report : page) {
        look(report);
        last = report.id();
      }
      page = session.archived(last, PAGE);
    }
    session.binTables().forEach(this::lookIntoBin);
    lookForOrphans();
    return List.copyOf(differences);
  }

  /** What is in the bin can come back, but not from a file. */
  private void lookIntoBin(BinnedReports.Table table) {
    List<ReportRows.Archived> page = session.binned(table, "", PAGE);
    while (!page.isEmpty()) {
      String last = "";
      for (ReportRows.Archived report : page) {
        last = report.object().location();
        if (!report.expired() && !isThere(report.object())) {
          differences.add(
              Difference.of(
                  Finding.LOST, new ArchivedReport(report.id(), null, null, report.object())));
        }
      }
      page = session.binned(table, last, PAGE);
    }
  }

  private boolean isThere(StoredReport recorded) {
    Optional<StoredObject> object = store.key(recorded.location()).flatMap(store::stat);
    return object.isPresent()
        && object.get().bytes() == recorded.objectBytes()
        && (object.get().sha256().isEmpty()
            || object.get().sha256().equals(recorded.objectSha256()));
  }

  private void look(ReportRows.Archived report) {
    StoredReport recorded = report.object();
    boolean isThere = isThere(recorded);
    if (report.expired()) {
      return;
    }
    boolean hasFile = hasContent(report.file(), recorded);
    if (isThere && !(hasFile && isDamaged(recorded))) {
      return;
    }
    ArchivedReport archived =
        new ArchivedReport(report.id(), report.createdAt(), report.file(), recorded);
    differences.add(
        Difference.of(hasFile ? Finding.OBJECT_MISSING : withoutFile(recorded), archived));
  }

  private Finding withoutFile(StoredReport recorded) {
    Optional<String> key = store.key(recorded.location());
    if (key.isEmpty()) {
      return Finding.ELSEWHERE;
    }
    return key.flatMap(store::another).isPresent() ? Finding.IN_ANOTHER_STORE : Finding.LOST;
  }

  /** Read only where the report's file could take its place; verify --deep reads every object. */
  private boolean isDamaged(StoredReport recorded) {
    return ReportObject.difference(store, recorded).isPresent();
  }

  private boolean hasContent(String file, StoredReport recorded) {
    try {
      return root.resolve(file).hasContent(recorded.contentSha256(), recorded.contentBytes());
    } catch (ArchiveFailure failure) {
      if (!FailedReports.isAboutOneReport(failure.error())) {
        throw failure;
      }
      return false;
    }
  }

  private void lookForOrphans() {
    String prefix = ReportRows.files(session.policy()).objectPrefix().replaceAll("^/+|/+$", "");
    List<String> locations = new ArrayList<>();
    store.list(
        prefix.isEmpty() ? "" : prefix + "/",
        object -> {
          locations.add(store.uri(object.key()));
          if (locations.size() == PAGE) {
            session.orphans(locations).forEach(this::look);
            locations.clear();
          }
        });
    session.orphans(locations).forEach(this::look);
  }

  private void look(Reconciliation.Orphan orphan) {
    if (orphan.live().isEmpty()) {
      differences.add(Difference.withoutReport(orphan.location()));
      return;
    }
    Reconciliation.Live live = orphan.live().get();
    try {
      StoredReport object = describe(orphan.location());
      look(new ArchivedReport(live.id(), live.createdAt(), live.file(), object));
    } catch (ArchiveFailure failure) {
      if (!FailedReports.isAboutOneReport(failure.error())) {
        throw failure;
      }
      ArchivedReport unread =
          new ArchivedReport(
              live.id(),
              live.createdAt(),
              live.file(),
              new StoredReport(orphan.location(), 0, "", 0, "", null));
      differences.add(
          !isMissing(live.file())
              ? Difference.of(Finding.OTHER_CONTENT, unread)
              : Difference.of(Finding.FILE_MISSING, unread).with(failure.getMessage()));
    }
  }

  private void look(ArchivedReport live) {
    if (isMissing(live.file())) {
      addMissing(live);
    } else if (!hasContent(live.file(), live.object())) {
      differences.add(Difference.of(Finding.OTHER_CONTENT, live));
    }
  }

  /** Two objects for one missing file: nobody but the user can tell which one it was. */
  private void addMissing(ArchivedReport live) {
    Integer other = missingFiles.putIfAbsent(live.id(), differences.size());
    Difference missing = Difference.of(Finding.FILE_MISSING, live);
    if (other == null) {
      differences.add(missing);
      return;
    }
    StoredReport first = differences.get(other).report().orElseThrow().object();
    if (!first.contentSha256().equals(live.object().contentSha256())) {
      String several =
          "several objects have the report's name, with different content:"
              + " decompress the right one to the file's path, and run this again";
      differences.set(other, differences.get(other).with(several));
      differences.add(missing.with(several));
    }
  }

  /** What cannot be looked at, or is no file that could be archived, is there. */
  private boolean isMissing(String path) {
    try {
      root.resolve(path);
      return false;
    } catch (ArchiveFailure failure) {
      if (!FailedReports.isAboutOneReport(failure.error())) {
        throw failure;
      }
      return failure.error() == ArchiveError.REPORT_MISSING;
    }
  }

  private StoredReport describe(String location) {
    String key = store.key(location).orElseThrow();
    Codec codec =
        Codec.ofKey(key)
            .orElseThrow(
                () ->
                    new ArchiveFailure(
                        ArchiveError.OBJECT_CORRUPT,
                        "the object's name does not say how it is compressed: " + key,
                        "Look at it; archivist did not write it."));
    StoredReport read = ReadBack.describe(location, store.open(key), codec, maxBytes);
    String recorded = store.stat(key).map(StoredObject::sha256).orElse("");
    if (!recorded.isEmpty() && !recorded.equals(read.objectSha256())) {
      throw new ArchiveFailure(
          ArchiveError.OBJECT_CORRUPT,
          "the store has another SHA-256 for " + location,
          "Look at earlier versions of it, if the store keeps them.");
    }
    return read;
  }
}
