package dev.archivist.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.archivist.config.Settings;
import dev.archivist.db.Archive;
import dev.archivist.engine.report.ArchivedReport;
import dev.archivist.engine.report.Report;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.report.ReportFile;
import dev.archivist.report.ReportRoot;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes plans and writes them down. It changes nothing but run files. */
public final class Plans {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** As many as the engine shows of rows. */
  private static final int CONFLICTS_SHOWN = 20;

  private final Archive archive;
  private final Settings settings;

  public Plans(Archive archive, Settings settings) {
    this.archive = archive;
    this.settings = settings;
  }

  /**
   * A plan and where it was written.
   *
   * @param json the plan
   * @param runFile the run file
   */
  public record Written(ObjectNode json, Path runFile) {
    /** Rows that a run would take. */
    public long rows() {
      return json.path("rows").asLong();
    }

    /** Bytes that a run would take off the live tier. */
    public long bytes() {
      return json.path("bytes").asLong();
    }

    public boolean refused() {
      return !json.path("refusals").isEmpty();
    }
  }

  /** Plans a policy and writes its run file. */
  public Written write(String policy, OffsetDateTime now) {
    ObjectNode plan = plan(policy);
    return new Written(plan, RunFile.write(settings.runFilesDir(), settings.system(), plan, now));
  }

  /** Plans a policy; what the database cannot know of report files is looked up. */
  public ObjectNode plan(String policy) {
    ObjectNode plan = parsed(archive.plan(policy));
    if (plan.path("kind").asText().equals("offload") && plan.path("refusals").isEmpty()) {
      lookAtFiles(plan, policy);
    }
    return plan;
  }

  /**
   * What a restore would bring back and what is in its way; files that are where reports were are
   * looked up.
   *
   * @param options a JSON object: from, to, and if need be into, where, hold
   */
  public ObjectNode restore(String policy, String options) {
    ObjectNode preview = parsed(archive.restorePreview(policy, options));
    boolean files =
        archive.policies().stream()
            .anyMatch(each -> each.name().equals(policy) && each.kind().equals("offload"));
    if (files && preview.path("refusals").isEmpty()) {
      lookAtPlaces(preview, policy, options);
    }
    return preview;
  }

  private void lookAtPlaces(ObjectNode preview, String policy, String options) {
    ReportRoot root = new ReportRoot(settings.reportsRoot(), settings.maxReportBytes());
    Path lockFile = settings.restoreLock();
    List<String> taken = new ArrayList<>();
    for (ArchivedReport report : archive.reportsToRestore(policy, options)) {
      try {
        new RestoredFile(root.place(report.file()), report, lockFile).requirePlace();
      } catch (ArchiveFailure failure) {
        taken.add("report " + report.id() + ": " + failure.getMessage());
      }
    }
    if (!taken.isEmpty()) {
      ObjectNode conflict = preview.withArray("/conflicts").addObject();
      conflict.put("key", "the report's file").put("rows", taken.size());
      taken.stream().limit(CONFLICTS_SHOWN).forEach(conflict.putArray("shown")::add);
    }
  }

  private void lookAtFiles(ObjectNode plan, String policy) {
    ReportRoot root = new ReportRoot(settings.reportsRoot(), settings.maxReportBytes());
    Map<String, long[]> months = new TreeMap<>();
    ArrayNode warnings = plan.withArray("/warnings");
    for (Report report : archive.reportsToOffload(policy)) {
      String month =
          YearMonth.from(report.createdAt().withOffsetSameInstant(ZoneOffset.UTC)).toString();
      try {
        ReportFile file = root.resolve(report.file());
        long[] sums = months.computeIfAbsent(month, any -> new long[2]);
        sums[0]++;
        sums[1] += file.bytes();
      } catch (ArchiveFailure failure) {
        warnings.add("report " + report.id() + " stays: " + failure.getMessage());
      }
    }
    correctWindows(plan, months);
  }

  private static void correctWindows(ObjectNode plan, Map<String, long[]> months) {
    long rows = 0;
    long bytes = 0;
    for (var window : plan.withArray("/windows")) {
      long[] sums = months.getOrDefault(window.path("month").asText(), new long[2]);
      ((ObjectNode) window).put("rows", sums[0]).put("bytes", sums[1]);
      rows += sums[0];
      bytes += sums[1];
    }
    plan.put("rows", rows).put("bytes", bytes);
  }

  private static ObjectNode parsed(String json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the plan is not JSON", e);
    }
  }
}
