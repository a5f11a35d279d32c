package dev.archivist.document;

/**
 * An object store and whose it is.
 *
 * @param uri where it is
 * @param owner the mark that it has; null if it is nobody's yet
 * @param ours whether that is this database
 */
public record StoreSummary(String uri, StoreMark owner, boolean ours) {}
