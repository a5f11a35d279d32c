package dev.archivist.document;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * What a restore would bring back now, and what prevents it.
 *
 * @param policy the policy's name
 * @param from first instant, by the policy's time column
 * @param to first instant that stays archived
 * @param target the table that gets the rows
 * @param hold how long they would be held, as PostgreSQL writes intervals; null if not at all
 * @param rows rows that would come back
 * @param bytes their bytes
 * @param months the same by month, oldest first
 * @param notes what of the range is in the bin, and so would not come back; which months are not
 *     what ledger and journal say
 * @param refusals why the restore would not start; empty if it would
 * @param conflicts what is in its way, by key; empty if nothing
 */
public record RestorePlan(
    String policy,
    OffsetDateTime from,
    OffsetDateTime to,
    String target,
    String hold,
    long rows,
    long bytes,
    List<Month> months,
    List<String> notes,
    List<Refusal> refusals,
    List<Conflict> conflicts) {
  public RestorePlan {
    months = List.copyOf(months);
    notes = List.copyOf(notes);
    refusals = List.copyOf(refusals);
    conflicts = List.copyOf(conflicts);
  }

  /**
   * A month.
   *
   * @param month as 2024-02
   * @param rows rows of it that would come back
   * @param bytes their bytes
   */
  public record Month(String month, long rows, long bytes) {}

  /**
   * Rows or files that have others in their place.
   *
   * @param key the key that refuses them
   * @param rows how many they are
   * @param shown some of them
   */
  public record Conflict(String key, long rows, List<String> shown) {
    public Conflict {
      shown = List.copyOf(shown);
    }
  }

  /** The same with more notes. */
  public RestorePlan withNotes(List<String> more) {
    List<String> all = new ArrayList<>(notes);
    all.addAll(more);
    return new RestorePlan(
        policy, from, to, target, hold, rows, bytes, months, all, refusals, conflicts);
  }

  /** The same with one conflict more. */
  public RestorePlan with(Conflict another) {
    List<Conflict> all = new ArrayList<>(conflicts);
    all.add(another);
    return new RestorePlan(
        policy, from, to, target, hold, rows, bytes, months, notes, refusals, all);
  }
}
