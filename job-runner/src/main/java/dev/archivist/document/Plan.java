package dev.archivist.document;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.OffsetDateTime;
import java.util.List;

/**
 * What a run of a policy would do now, as {@code archive.plan} gives it.
 *
 * @param policy the policy's name
 * @param kind move, rollup or offload
 * @param source the live table with its schema
 * @param archive the archive table with its schema
 * @param cutoff rows older than this would go
 * @param scan how they are found: index or blocks
 * @param batchRows most rows of one transaction
 * @param rows rows that would go
 * @param bytes their bytes; of reports those of their files
 * @param values what they become in a roll-up: rows of the archive, made or merged into
 * @param heldRows rows that are old enough but held
 * @param holds the holds in force
 * @param windows where the rows are, by month, oldest first
 * @param partitionsToMake partitions that the run would make, in order of time
 * @param refusals why the run would not start; empty if it would
 * @param warnings what it would leave alone or lose
 * @param steps what it would do, in order
 */
public record Plan(
    String policy,
    String kind,
    String source,
    String archive,
    OffsetDateTime cutoff,
    String scan,
    long batchRows,
    long rows,
    long bytes,
    @JsonInclude(JsonInclude.Include.NON_NULL) Long values,
    long heldRows,
    List<HeldBy> holds,
    List<Window> windows,
    List<String> partitionsToMake,
    List<Refusal> refusals,
    List<String> warnings,
    List<Step> steps) {
  public Plan {
    holds = List.copyOf(holds);
    windows = List.copyOf(windows);
    partitionsToMake = List.copyOf(partitionsToMake);
    refusals = List.copyOf(refusals);
    warnings = List.copyOf(warnings);
    steps = List.copyOf(steps);
  }

  /**
   * A hold that keeps rows from going.
   *
   * @param hold its id
   * @param kind legal or restore
   * @param from first instant that is held; null from the beginning
   * @param to first instant that is not held any more; null to the end
   * @param table the live table that matching is about, with its schema
   * @param matching JSON object of columns and values, as text; null holds all of the range
   * @param until when it ends by itself; null if it has to be released
   * @param reason why
   */
  public record HeldBy(
      String hold,
      String kind,
      OffsetDateTime from,
      OffsetDateTime to,
      String table,
      String matching,
      OffsetDateTime until,
      String reason) {}

  /**
   * A month, or the part of it before the cutoff.
   *
   * @param month as 2024-02
   * @param from its first instant
   * @param to the first instant after it
   * @param rows rows of it that would go
   * @param bytes their bytes
   * @param values what they become in a roll-up
   * @param partition the archive's partition; empty for reports, whose archive has none
   * @param partitionMissing whether the run would make it
   */
  public record Window(
      String month,
      OffsetDateTime from,
      OffsetDateTime to,
      long rows,
      long bytes,
      @JsonInclude(JsonInclude.Include.NON_NULL) Long values,
      String partition,
      boolean partitionMissing) {
    /** The same with other amounts. */
    public Window of(long otherRows, long otherBytes) {
      return new Window(
          month, from, to, otherRows, otherBytes, values, partition, partitionMissing);
    }
  }

  /**
   * A step of the run.
   *
   * @param seq its number from 0
   * @param system where it is done
   * @param command what is done there
   * @param commandAbout what that is for
   */
  public record Step(int seq, String system, String command, String commandAbout) {}

  /** Whether a run would be refused. */
  public boolean refused() {
    return !refusals.isEmpty();
  }

  /** The same with other windows, whose amounts are the plan's, and other warnings. */
  public Plan with(List<Window> otherWindows, List<String> otherWarnings) {
    return new Plan(
        policy,
        kind,
        source,
        archive,
        cutoff,
        scan,
        batchRows,
        otherWindows.stream().mapToLong(Window::rows).sum(),
        otherWindows.stream().mapToLong(Window::bytes).sum(),
        values,
        heldRows,
        holds,
        otherWindows,
        partitionsToMake,
        refusals,
        otherWarnings,
        steps);
  }
}
