package dev.archivist.document;

import java.util.List;
import java.util.UUID;

/**
 * How a restore ended.
 *
 * @param policy the policy's name
 * @param job the job's id; null if it could not be opened
 * @param status completed, failed or cancelled; held if another session has the policy
 * @param recordsRestored rows that came back
 * @param bytesRestored their bytes
 * @param batches transactions that restored something
 * @param error why it failed as a whole; null if it did not
 * @param hint what to do about it; null without error
 * @param notes months of the range that are not what ledger and journal say
 * @param problems reports that stay archived, and why
 * @param exitCode the program's exit code
 */
public record RestoreSummary(
    String policy,
    UUID job,
    String status,
    long recordsRestored,
    long bytesRestored,
    long batches,
    String error,
    String hint,
    List<String> notes,
    List<String> problems,
    int exitCode) {
  public RestoreSummary {
    notes = List.copyOf(notes);
    problems = List.copyOf(problems);
  }
}
