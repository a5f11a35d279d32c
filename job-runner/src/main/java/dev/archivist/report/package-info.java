/**
 * A report's file on this machine: where it may be, how it is compressed, how it is compared. Start
 * with {@link dev.archivist.report.Compressor}. Memory does not grow with a report.
 *
 * <p>Paths are data that others wrote. {@link dev.archivist.report.ReportRoot} resolves them and
 * lets none out of {@code REPORTS_LOCAL_DIR}, by {@code ..} or by symbolic links; a {@link
 * dev.archivist.file.HeldDirectory} keeps them from leading elsewhere afterwards. An object's key
 * is {@code <object_prefix>/YYYY/MM/<id>.<attempt>.<extension>.zst} ({@link
 * dev.archivist.report.ObjectKey}): no two uploads have the same.
 */
package dev.archivist.report;
