package dev.archivist.run;

import dev.archivist.db.Answers;
import dev.archivist.db.ObjectSession;
import dev.archivist.engine.report.ReportObjects.Need;
import dev.archivist.engine.report.ReportObjects.Stray;
import dev.archivist.report.ReportRoot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Finds out whether objects that were to be deleted still may be. The world may have changed since
 * that was recorded: each is asked for by its name of every policy that has files, and of live
 * reports whether they have the files that came back from them.
 */
final class UnneededObjects {
  private static final int PAGE = 1_000;

  private final ObjectSession session;
  private final RestoredReports restored;
  private final LockRetry retry;
  private final Consumer<String> notes;
  private final Set<String> noted = new HashSet<>();

  /**
   * @param notes hears of objects that stay
   */
  UnneededObjects(ObjectSession session, ReportRoot root, LockRetry retry, Consumer<String> notes) {
    this.session = session;
    this.restored = new RestoredReports(session, root, retry);
    this.retry = retry;
    this.notes = notes;
  }

  /**
   * @param mayGo whether it may be deleted; else a report has its object at this very location, and
   *     it is to be forgotten
   */
  record Verdict(String location, boolean mayGo) {}

  /** Of each object that is not to stay for now, what is to be done with it. */
  List<Verdict> of(List<Stray> objects) {
    List<Verdict> verdicts = new ArrayList<>();
    for (int from = 0; from < objects.size(); from += PAGE) {
      verdicts.addAll(ofPage(objects.subList(from, Math.min(objects.size(), from + PAGE))));
    }
    return verdicts;
  }

  private List<Verdict> ofPage(List<Stray> objects) {
    Answers<Need> needs =
        retry.retrying(() -> session.needed(objects.stream().map(Stray::location).toList()));
    Map<String, Boolean> needed = new HashMap<>();
    needs.found().forEach(each -> needed.merge(each.location(), each.same(), Boolean::logicalOr));
    Map<String, String> waiting = restored.waiting(objects);
    List<Verdict> verdicts = new ArrayList<>();
    for (Stray object : objects) {
      String location = object.location();
      if (needed.getOrDefault(location, false)) {
        verdicts.add(new Verdict(location, false));
      } else if (needed.containsKey(location)) {
        stays(location, "an archived report has an object of this name, maybe this one");
      } else if (waiting.containsKey(location)) {
        stays(location, waiting.get(location));
      } else if (needs.unasked().isEmpty()) {
        verdicts.add(new Verdict(location, true));
      } else {
        noteOnce("objects that may not be needed stay: " + needs.unasked().get(0));
      }
    }
    return verdicts;
  }

  /**
   * Of objects that archived reports have, but do not need any more, those that other reports have
   * too: they stay.
   */
  Set<String> shared(List<String> locations) {
    Set<String> shared = new HashSet<>();
    for (int from = 0; from < locations.size(); from += PAGE) {
      List<String> page = locations.subList(from, Math.min(locations.size(), from + PAGE));
      Answers<Need> needs = retry.retrying(() -> session.needed(page));
      Map<String, Long> rows = new HashMap<>();
      needs.found().forEach(each -> rows.merge(each.location(), each.rows(), Long::sum));
      page.stream().filter(each -> rows.getOrDefault(each, 0L) > 1).forEach(shared::add);
      if (!needs.unasked().isEmpty()) {
        shared.addAll(page);
        noteOnce("objects past their retention stay: " + needs.unasked().get(0));
      }
    }
    return shared;
  }

  private void stays(String location, String why) {
    noteOnce("object %s stays: %s".formatted(location, why));
  }

  private void noteOnce(String note) {
    if (noted.add(note)) {
      notes.accept(note);
    }
  }
}
