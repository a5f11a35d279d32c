package dev.archivist.document;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A plan and where it was written down, or why there is none.
 *
 * @param policy the policy's name
 * @param runFile the path of the run file
 * @param plan the plan
 * @param error why the policy could not be planned
 * @param hint what to do about it
 */
public record WrittenPlan(
    String policy,
    @JsonInclude(JsonInclude.Include.NON_NULL) String runFile,
    @JsonInclude(JsonInclude.Include.NON_NULL) Plan plan,
    @JsonInclude(JsonInclude.Include.NON_NULL) String error,
    @JsonInclude(JsonInclude.Include.NON_NULL) String hint) {
  public WrittenPlan(String runFile, Plan plan) {
    this(plan.policy(), runFile, plan, null, null);
  }
}
