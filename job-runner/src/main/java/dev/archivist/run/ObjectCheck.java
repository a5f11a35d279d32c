package dev.archivist.run;

import dev.archivist.db.VerifySession;
import dev.archivist.document.StoreSummary.Other;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.policy.FileColumns;
import dev.archivist.engine.report.BinnedReports;
import dev.archivist.engine.report.ReportRows;
import dev.archivist.engine.report.StoredReport;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Compares archived reports with their objects; memory does not grow with either. */
final class ObjectCheck {
  private static final int PAGE = 500;

  private final VerifySession session;
  private final FileColumns offload;
  private final boolean deep;
  private final VerifyProgress progress;
  private final List<VerifyOutcome.Problem> problems = new ArrayList<>();
  private final List<String> unreferenced = new ArrayList<>();
  private long checked;
  private long withoutChecksum;
  private long expired;

  ObjectCheck(VerifySession session, FileColumns offload, boolean deep, VerifyProgress progress) {
    this.session = session;
    this.offload = offload;
    this.deep = deep;
    this.progress = progress;
  }

  /** What was found so far. */
  VerifyOutcome.Objects found() {
    return new VerifyOutcome.Objects(
        checked, withoutChecksum, expired, deep, List.copyOf(problems), List.copyOf(unreferenced));
  }

  /**
   * @throws ArchiveFailure if the store fails; a single object that is missing or wrong is a
   *     problem and no failure
   */
  void run(OwnStore store, Optional<Month> month) {
    progress.began(session.policy().name(), "objects", -1);
    try {
      UUID last = ReportRows.Position.START.key();
      List<ReportRows.Archived> page = session.archived(last, month, PAGE);
      while (!page.isEmpty()) {
        for (ReportRows.Archived report : page) {
          check(store, report);
          progress.advanced(report.object().location());
          last = report.id();
        }
        page = session.archived(last, month, PAGE);
      }
      for (BinnedReports.Table table : session.binTables(month)) {
        checkBinned(store, table);
      }
      if (month.isEmpty()) {
        findUnreferenced(store);
      }
    } finally {
      progress.ended();
    }
  }

  private void check(OwnStore store, ReportRows.Archived report) {
    checked++;
    if (problem(store, report).isPresent()) {
      // Since its row was read a restore may have taken it away, or a purge released its object.
      session.again(report).ifPresent(now -> checkAgain(store, now));
    }
  }

  /** What is in the bin can come back. */
  private void checkBinned(OwnStore store, BinnedReports.Table table) {
    List<ReportRows.Archived> page = session.binned(table, "", PAGE);
    while (!page.isEmpty()) {
      String last = "";
      for (ReportRows.Archived report : page) {
        last = report.object().location();
        checked++;
        if (problem(store, report).isPresent() && session.isBinned(table)) {
          checkAgain(store, report);
        }
        progress.advanced(last);
      }
      page = session.binned(table, last, PAGE);
    }
  }

  private void checkAgain(OwnStore store, ReportRows.Archived report) {
    problem(store, report)
        .map(
            what ->
                new VerifyOutcome.Problem(
                    report.id().toString(), report.month(), report.object().location(), what))
        .ifPresent(problems::add);
  }

  private Optional<String> problem(OwnStore store, ReportRows.Archived report) {
    if (!report.asNoted()) {
      return Optional.of(
          report.createdAt() == null
              ? "its report in the bin has another object_expires_at, or it has no entry there"
              : "its report has another object_expires_at than a purge has noted");
    }
    StoredReport recorded = report.object();
    Optional<String> key = store.key(recorded.location());
    if (key.isEmpty()) {
      return Optional.of("it is not in the configured store");
    }
    Optional<Other> another = store.another(key.get());
    if (another.isPresent()) {
      return another.map(other -> "it lies in the store of " + OwnerMarks.words(other));
    }
    Optional<StoredObject> object = store.stat(key.get());
    if (object.isEmpty()) {
      if (report.expired()) {
        expired++;
        return Optional.empty();
      }
      return missing(store, key.get());
    }
    if (object.get().bytes() != recorded.objectBytes()) {
      return Optional.of(
          "it has %d bytes, not %d".formatted(object.get().bytes(), recorded.objectBytes()));
    }
    String sha256 = object.get().sha256();
    if (!sha256.isEmpty() && !sha256.equals(recorded.objectSha256())) {
      return Optional.of("the store has another SHA-256 for it");
    }
    if (deep) {
      return !report.expires() && store.isReleased(key.get())
          ? Optional.of("it is tagged to expire, but its report is not past object_keep_for")
          : ReportObject.difference(store, key.get(), recorded);
    }
    withoutChecksum += sha256.isEmpty() ? 1 : 0;
    return Optional.empty();
  }

  /** A store that is not there has no objects either; reading tells the two apart. */
  private static Optional<String> missing(OwnStore store, String key) {
    try (InputStream appeared = store.open(key)) {
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e.getMessage());
    } catch (ArchiveFailure failure) {
      if (failure.error() != ArchiveError.OBJECT_MISSING) {
        throw failure;
      }
      return Optional.of("it is missing");
    }
  }

  private void findUnreferenced(OwnStore store) {
    List<String> locations = new ArrayList<>();
    String prefix = offload.objectPrefix().replaceAll("^/+|/+$", "");
    store.list(
        prefix.isEmpty() ? "" : prefix + "/",
        object -> {
          locations.add(store.uri(object.key()));
          if (locations.size() == PAGE) {
            unreferenced.addAll(session.unreferenced(locations));
            locations.clear();
          }
        });
    unreferenced.addAll(session.unreferenced(locations));
  }
}
