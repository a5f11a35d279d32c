package dev.archivist.engine.archive;

import dev.archivist.engine.hold.Hold;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.Refusal;
import dev.archivist.engine.sql.Jsonb;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A plan as {@code archive.plan} returns it. */
public final class PlanDocument {
  private PlanDocument() {}

  /** Renders the plan; instants are ISO 8601 in UTC, sizes are bytes. */
  public static String render(Connection connection, Plan plan) throws SQLException {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("policy", plan.policy().name());
    document.put("kind", plan.policy().kind().label());
    document.put("source", plan.policy().source().toString());
    document.put("archive", plan.policy().archive().toString());
    document.put("cutoff", iso(plan.cutoff()));
    document.put("scan", plan.scan().name());
    document.put("batch_rows", plan.policy().batchRows());
    document.put("rows", plan.rows());
    document.put("bytes", plan.bytes());
    if (plan.isMerging()) {
      document.put("values", plan.archived());
    }
    document.put("held_rows", plan.held());
    document.put("holds", plan.holds().stream().map(hold -> hold(plan.policy(), hold)).toList());
    document.put("windows", plan.windows().stream().map(window -> window(plan, window)).toList());
    document.put("partitions_to_make", plan.partitionsToMake());
    document.put("refusals", plan.refusals().stream().map(PlanDocument::refusal).toList());
    document.put("warnings", plan.warnings());
    document.put("steps", plan.steps().stream().map(PlanDocument::step).toList());
    return Jsonb.render(connection, document);
  }

  private static Map<String, Object> window(Plan plan, Window window) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("month", window.month().toString());
    map.put("from", iso(window.from()));
    map.put("to", iso(window.to()));
    map.put("rows", window.rows());
    map.put("bytes", window.bytes());
    if (plan.isMerging()) {
      map.put("values", window.archived());
    }
    map.put("partition", window.partition());
    map.put("partition_missing", window.partitionMissing());
    return map;
  }

  private static Map<String, Object> hold(Policy policy, Hold hold) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("hold", hold.id());
    map.put("kind", hold.kind());
    map.put("from", iso(hold.from()));
    map.put("to", iso(hold.to()));
    map.put("table", policy.tables().get(hold.position()).source().toString());
    map.put("matching", hold.matching());
    map.put("until", iso(hold.until()));
    map.put("reason", hold.reason());
    return map;
  }

  private static Map<String, Object> refusal(Refusal refusal) {
    return ordered(
        List.of("what", "why", "hint"), List.of(refusal.what(), refusal.why(), refusal.hint()));
  }

  private static Map<String, Object> step(Plan.PlannedStep planned) {
    return ordered(
        List.of("seq", "system", "command", "command_about"),
        List.of(
            planned.place(),
            planned.step().system(),
            planned.step().command(),
            planned.step().about()));
  }

  private static Map<String, Object> ordered(List<String> keys, List<?> values) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      map.put(keys.get(i), values.get(i));
    }
    return map;
  }

  private static String iso(OffsetDateTime instant) {
    return instant == null
        ? null
        : DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
            instant.withOffsetSameInstant(ZoneOffset.UTC));
  }
}
