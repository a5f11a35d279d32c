package dev.archivist.run;

import dev.archivist.config.Settings;
import dev.archivist.db.Database;
import dev.archivist.db.DatabaseIdentity;
import dev.archivist.db.VerifySession;
import dev.archivist.document.VerifiedRows;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.policy.FileColumns;
import dev.archivist.engine.verify.Verification;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.ArchiveStore;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Checks that what is archived is what was archived: month by month, rows against journal and
 * ledger, and for reports their objects against what was recorded of them.
 */
public final class Verifier {
  private static final Pattern FIRST_DAY = Pattern.compile("\\d{4}-\\d\\d-01");

  private final Database database;
  private final Settings settings;
  private final VerifyProgress progress;
  private final Function<Settings, ArchiveStore> stores;

  public Verifier(Database database, Settings settings, VerifyProgress progress) {
    this(database, settings, progress, PolicyRun::configuredStore);
  }

  Verifier(
      Database database,
      Settings settings,
      VerifyProgress progress,
      Function<Settings, ArchiveStore> stores) {
    this.database = database;
    this.settings = settings;
    this.progress = progress;
    this.stores = stores;
  }

  /**
   * Verifies a policy. It changes nothing, and may run beside jobs.
   *
   * @param month only this one, in UTC; empty for all
   * @param deep whether objects are read and compared, not only looked at
   */
  public VerifyOutcome verify(String policy, Optional<Month> month, boolean deep) {
    try (VerifySession session = VerifySession.open(database, policy)) {
      VerifiedRows rows = rows(session, month);
      return session
          .policy()
          .kind()
          .files()
          .map(files -> withObjects(rows, session, files, month, deep))
          .orElseGet(() -> new VerifyOutcome(rows, Optional.empty(), VerifyOutcome.unread(rows)));
    }
  }

  /**
   * What was archived for names that no policy has any more, each as a difference: without its
   * policy nobody knows which table to compare. The same, under its own name, of each table in the
   * bin's schema that no entry of the bin has there.
   */
  public Map<String, ArchiveFailure> ownerless() {
    Map<String, ArchiveFailure> found = new LinkedHashMap<>();
    VerifySession.ownerless(database).forEach(each -> found.put(each.policy(), difference(each)));
    VerifySession.strangers(database).forEach(table -> found.put(table, stranger(table)));
    return found;
  }

  private static ArchiveFailure stranger(String table) {
    return new ArchiveFailure(
        ArchiveError.LEDGER_DIFFERS,
        "%s is in the bin's schema, but no entry of archive.bin has it there".formatted(table),
        "Look what it is, and where it came from (archivist audit). If nobody needs it, drop it; if it"
            + " is a table of yours, move it to another schema.");
  }

  private static ArchiveFailure difference(Verification.Ownerless each) {
    return new ArchiveFailure(
        ArchiveError.LEDGER_DIFFERS,
        "%d rows in %d months are archived for it, but there is no such policy"
            .formatted(each.rows(), each.months()),
        "If it was renamed, give it its name back; if it was deleted, insert it again, with enabled ="
            + " false if it is not to run (archivist audit has what it was). If its archive is not"
            + " wanted any more, delete what archive.ledger and archive.batches have under its name.");
  }

  /**
   * Sentences about months of the archive between two instants that are not what ledger and journal
   * say; none where all are, or hold nothing.
   */
  public List<String> differing(String policy, OffsetDateTime from, OffsetDateTime to) {
    List<String> months = new ArrayList<>();
    try (VerifySession session = VerifySession.open(database, policy)) {
      for (Verification.Part part : session.parts(Optional.empty())) {
        if (part.bin() == null
            && (part.firstDay() == null || overlaps(part.firstDay(), from, to))) {
          months.addAll(session.months(part));
        }
      }
      return session.summary(months).months().stream()
          .filter(VerifiedRows.Differing.class::isInstance)
          .map(VerifiedRows.Month::month)
          .distinct()
          .filter(month -> overlaps(month + "-01", from, to))
          .map(
              month ->
                  ("%s is not what ledger and journal say: rows were changed, lost or added by hand;"
                          + " archivist verify --policy %s --month %1$s shows where")
                      .formatted(month, policy))
          .toList();
    }
  }

  /** Infinite times are of no month. */
  private static boolean overlaps(String firstDay, OffsetDateTime from, OffsetDateTime to) {
    if (!FIRST_DAY.matcher(firstDay).matches()) {
      return false;
    }
    OffsetDateTime first = LocalDate.parse(firstDay).atStartOfDay().atOffset(ZoneOffset.UTC);
    return first.isBefore(to) && first.plusMonths(1).isAfter(from);
  }

  private VerifiedRows rows(VerifySession session, Optional<Month> month) {
    List<Verification.Part> parts = session.parts(month);
    List<String> months = new ArrayList<>();
    progress.began(session.policy().name(), "months", parts.size());
    try {
      for (Verification.Part part : parts) {
        months.addAll(session.months(part));
        progress.advanced(part.firstDay() == null ? "all months" : part.firstDay());
      }
    } finally {
      progress.ended();
    }
    return session.summary(months);
  }

  private VerifyOutcome withObjects(
      VerifiedRows rows,
      VerifySession session,
      FileColumns offload,
      Optional<Month> month,
      boolean deep) {
    ObjectCheck check = new ObjectCheck(session, offload, deep, progress);
    Optional<ArchiveFailure> failure = VerifyOutcome.unread(rows);
    try (OwnStore store = new OwnStore(stores.apply(settings), DatabaseIdentity.of(database))) {
      check.run(store, month);
    } catch (ArchiveFailure e) {
      failure = Optional.of(e);
    }
    return new VerifyOutcome(rows, Optional.of(check.found()), failure);
  }
}
