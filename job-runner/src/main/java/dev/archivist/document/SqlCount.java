package dev.archivist.document;

/**
 * What a statement without result did.
 *
 * @param rows how many rows it changed
 */
public record SqlCount(long rows) {}
