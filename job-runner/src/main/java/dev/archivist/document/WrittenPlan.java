package dev.archivist.document;

/**
 * A plan and where it was written down.
 *
 * @param runFile the path of the run file
 * @param plan the plan
 */
public record WrittenPlan(String runFile, Plan plan) {}
