package dev.archivist.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.archivist.db.Archive;
import java.util.ArrayList;
import java.util.List;

/**
 * What a policy has to do still.
 *
 * @param policy the policy
 * @param rows live rows that are old enough
 * @param oldestMonth the oldest of their months, empty where there are none
 * @param heldRows live rows that are old enough but held
 * @param refused whether a run would be refused
 * @param remarks why, and what the plan warns of
 */
public record Backlog(
    Archive.PolicySummary policy,
    long rows,
    String oldestMonth,
    long heldRows,
    boolean refused,
    List<String> remarks) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Counts in the database; report files are not looked at. */
  public static Backlog of(Archive archive, Archive.PolicySummary policy) {
    JsonNode plan;
    try {
      plan = JSON.readTree(archive.plan(policy.name()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the plan is not JSON", e);
    }
    List<String> remarks = new ArrayList<>();
    plan.path("refusals")
        .forEach(
            refusal ->
                remarks.add(policy.name() + " is refused: " + refusal.path("what").asText()));
    plan.path("warnings").forEach(warning -> remarks.add(policy.name() + ": " + warning.asText()));
    return new Backlog(
        policy,
        plan.path("rows").asLong(),
        plan.path("windows").path(0).path("month").asText(),
        plan.path("held_rows").asLong(),
        !plan.path("refusals").isEmpty(),
        remarks);
  }
}
