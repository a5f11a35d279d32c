package dev.archivist.document;

import java.util.List;
import java.util.UUID;

/**
 * What differs between a policy's reports and their objects, and what was done about it.
 *
 * @param policy the policy
 * @param job the job that brought them together; null if it was only looked
 * @param storeIsNewer why the store may have seen what the database does not know; null if it has
 *     not
 * @param differences what differs
 * @param error why it failed as a whole; null if it did not
 * @param hint what to do about that; null if it did not fail
 * @param exitCode as the command gives it
 */
public record ReconcileSummary(
    String policy,
    UUID job,
    String storeIsNewer,
    List<Difference> differences,
    String error,
    String hint,
    int exitCode) {
  public ReconcileSummary {
    differences = List.copyOf(differences);
  }

  /**
   * A report or an object.
   *
   * @param finding file-missing, object-missing, lost, elsewhere, in-another-store, other-content
   *     or no-report
   * @param report the report's id; null if there is no such report
   * @param file the path of its file; null if there is none
   * @param object the object's URI
   * @param remedy what is to be done about it, or has been
   * @param done whether it is done
   * @param problem why it could not be done; null if it could
   */
  public record Difference(
      String finding,
      UUID report,
      String file,
      String object,
      String remedy,
      boolean done,
      String problem) {}
}
