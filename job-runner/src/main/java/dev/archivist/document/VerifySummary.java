package dev.archivist.document;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What a verification found.
 *
 * @param ok whether everything is as it was recorded
 * @param policies each policy, and each name that has rows but no policy
 * @param audit the chain of the audit trail; left out if only one month was asked for
 */
public record VerifySummary(
    boolean ok,
    List<Policy> policies,
    @JsonInclude(JsonInclude.Include.NON_NULL) AuditChain audit) {
  public VerifySummary {
    policies = List.copyOf(policies);
  }

  /**
   * One policy. What could not be looked at is left out, and then there is an error.
   *
   * @param ok whether all of it was looked at and is as it was recorded
   * @param policy its name
   * @param rows archived rows
   * @param months the rows by month
   * @param objects the reports' objects; only of policies that offload files
   * @param error why not everything could be looked at
   * @param hint what to do about it
   */
  public record Policy(
      boolean ok,
      String policy,
      @JsonInclude(JsonInclude.Include.NON_NULL) Long rows,
      @JsonInclude(JsonInclude.Include.NON_NULL) List<VerifiedRows.Month> months,
      @JsonInclude(JsonInclude.Include.NON_NULL) Objects objects,
      @JsonInclude(JsonInclude.Include.NON_NULL) String error,
      @JsonInclude(JsonInclude.Include.NON_NULL) String hint) {}

  /**
   * Objects of reports.
   *
   * @param checked archived reports whose object was looked at
   * @param read whether the objects were read, and not only looked at
   * @param withoutChecksum objects of which the store knows only the size
   * @param expired reports whose object is gone, as its retention allows
   * @param problems what is not as it was recorded
   * @param unreferenced objects that no report refers to
   */
  public record Objects(
      long checked,
      boolean read,
      long withoutChecksum,
      long expired,
      List<Problem> problems,
      List<String> unreferenced) {
    public Objects {
      problems = List.copyOf(problems);
      unreferenced = List.copyOf(unreferenced);
    }
  }

  /**
   * A report whose object is not as it was recorded.
   *
   * @param report its id
   * @param month as 2024-02
   * @param location where the object should be
   * @param problem what is wrong
   */
  public record Problem(String report, String month, String location, String problem) {}
}
