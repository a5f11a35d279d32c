package dev.archivist.engine.report;

/**
 * Where a report's file is now, and how to prove it.
 *
 * @param location the object's URI
 * @param contentBytes size of the original file
 * @param contentSha256 SHA-256 of the original file, lower-case hexadecimal
 * @param objectBytes size of the compressed object
 * @param objectSha256 SHA-256 of the compressed object, lower-case hexadecimal
 * @param fileRights permissions and group of the original file, as {@code rw-r----- staff}; null
 *     where they are not known
 */
public record StoredReport(
    String location,
    long contentBytes,
    String contentSha256,
    long objectBytes,
    String objectSha256,
    String fileRights) {}
