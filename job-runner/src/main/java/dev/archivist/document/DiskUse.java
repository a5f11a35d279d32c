package dev.archivist.document;

/**
 * What the tables of a policy take on disk now, with their indexes.
 *
 * @param policy the policy's name
 * @param liveBytes its live tables; null if somebody has them locked
 * @param archiveBytes its archive tables; null if somebody has them locked
 * @param binBytes its months in the bin; null if somebody has them locked
 */
public record DiskUse(String policy, Long liveBytes, Long archiveBytes, Long binBytes) {}
