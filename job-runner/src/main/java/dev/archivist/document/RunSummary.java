package dev.archivist.document;

import java.util.List;
import java.util.UUID;

/**
 * How a run of a policy ended.
 *
 * @param policy the policy's name
 * @param job the job's id; null if it could not be opened
 * @param status completed, failed or cancelled; held if another session has the policy
 * @param recordsProcessed rows taken from the live table
 * @param recordsArchived rows that the archive gained
 * @param recordsDeleted rows that left the live table
 * @param bytesArchived bytes that left the live tier
 * @param batches transactions that moved something
 * @param recordsLeft rows that were old enough and stay live: refused by the archive, or locked by
 *     others
 * @param error why it failed as a whole; null if it did not
 * @param hint what to do about it; null without error
 * @param problems what stays, and why: reports, and some of the rows
 * @param exitCode the program's exit code for this job
 */
public record RunSummary(
    String policy,
    UUID job,
    String status,
    long recordsProcessed,
    long recordsArchived,
    long recordsDeleted,
    long bytesArchived,
    long batches,
    long recordsLeft,
    String error,
    String hint,
    List<String> problems,
    int exitCode) {
  public RunSummary {
    problems = List.copyOf(problems);
  }
}
