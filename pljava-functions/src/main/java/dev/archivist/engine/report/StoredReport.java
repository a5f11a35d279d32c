package dev.archivist.engine.report;

/**
 * Where a report's file is now, and how to prove it.
 *
 * @param location the object's URI
 * @param contentBytes size of the original file
 * @param contentSha256 SHA-256 of the original file, lower-case hexadecimal
 * @param objectBytes size of the compressed object
 * @param objectSha256 SHA-256 of the compressed object, lower-case hexadecimal
 */
public record StoredReport(
    String location,
    long contentBytes,
    String contentSha256,
    long objectBytes,
    String objectSha256) {}
