package dev.archivist.run;

import java.util.List;
import java.util.Set;

/**
 * A single fault, and where it must be found.
 *
 * @param kind what is wrong
 * @param statements plant it; the last one touches exactly one row, or two that are swapped
 * @param months {@code YYYY-MM} of the months that differ then
 * @param batches ids of the batches that differ then, {@code null} for rows without
 */
record Fault(String kind, List<String> statements, Set<String> months, Set<String> batches) {}
