package dev.archivist.document;

import java.util.List;

/**
 * How things stand.
 *
 * @param database the database, without its password
 * @param host where the engine runs: runner or in-database
 * @param policies what each policy has to do still
 * @param archive what the archive holds of each policy
 * @param disk what each policy's tables take on disk
 * @param holds the holds in force
 * @param bin what is in the bin, or on its way there
 * @param jobs the newest jobs
 */
public record Status(
    String database,
    String host,
    List<Policy> policies,
    List<ArchiveTier> archive,
    List<DiskUse> disk,
    List<Hold> holds,
    List<BinMonth> bin,
    List<Job> jobs) {
  public Status {
    policies = List.copyOf(policies);
    archive = List.copyOf(archive);
    disk = List.copyOf(disk);
    holds = List.copyOf(holds);
    bin = List.copyOf(bin);
    jobs = List.copyOf(jobs);
  }

  /**
   * What a policy has to do still.
   *
   * @param name its name
   * @param kind move, rollup or offload
   * @param enabled whether it runs with --all and at night
   * @param backlogRows live rows that are old enough
   * @param backlogOldestMonth the oldest of their months; empty if there is none
   * @param heldRows live rows that are old enough but held
   * @param refused whether a run would be refused
   * @param remarks why, and what a run would leave alone or lose
   */
  public record Policy(
      String name,
      String kind,
      boolean enabled,
      long backlogRows,
      String backlogOldestMonth,
      long heldRows,
      boolean refused,
      List<String> remarks) {
    public Policy {
      remarks = List.copyOf(remarks);
    }
  }
}
