package dev.archivist.document;

import java.util.List;
import java.util.UUID;

/**
 * What a purge, or the emptying of the bin, did to one policy; of a dry run, what it would do.
 *
 * @param policy the policy's name
 * @param job the job's id; null if there was nothing to do or it could not be opened
 * @param months what happened to each month
 * @param objectsDeleted objects that no report referred to any more
 * @param objectsExpired objects past their own retention, released for deletion
 * @param objectsKept objects released before, but held since
 * @param objectsLeft why objects stay as they are that were to change, as where they are another
 *     database's
 * @param objectNotes why other objects stay that were to go
 * @param objectsElsewhere objects that are in another store, such as a former one: they wait
 * @param error why it failed as a whole; null if it did not
 * @param hint what to do about it; null without error
 * @param exitCode the program's exit code for this policy
 */
public record PurgeSummary(
    String policy,
    UUID job,
    List<Month> months,
    long objectsDeleted,
    long objectsExpired,
    long objectsKept,
    List<String> objectsLeft,
    List<String> objectNotes,
    List<String> objectsElsewhere,
    String error,
    String hint,
    int exitCode) {
  public PurgeSummary {
    months = List.copyOf(months);
    objectsLeft = List.copyOf(objectsLeft);
    objectNotes = List.copyOf(objectNotes);
    objectsElsewhere = List.copyOf(objectsElsewhere);
  }

  /**
   * A month.
   *
   * @param month as 2024-02
   * @param rows its rows
   * @param bytes their bytes
   * @param fate due, binned, dropped, restored, held, busy or different
   * @param why why it stays; empty if it does not
   */
  public record Month(String month, long rows, long bytes, String fate, String why) {}
}
