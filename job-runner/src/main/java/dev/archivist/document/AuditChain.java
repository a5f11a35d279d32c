package dev.archivist.document;

/**
 * The chain of the audit trail, as {@code archive.verify_audit} gives it.
 *
 * @param ok whether it is whole
 * @param entries how many entries there are
 * @param brokenAt the first entry that does not fit; null if all do
 * @param newest the newest entry's number
 * @param hash the newest entry's hash
 */
public record AuditChain(boolean ok, long entries, Long brokenAt, long newest, String hash) {}
