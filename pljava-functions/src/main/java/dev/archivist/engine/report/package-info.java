/**
 * What the database knows of report files: which are old enough, which are archived, who refers to
 * an object, and which objects are to go. Start with {@link
 * dev.archivist.engine.report.ReportRows}. The files themselves are the runner's, on either host
 * ({@code OffloadRun}, {@code RestoreRun}).
 *
 * <p>Objects leave in two ways, each recorded before the store is told and removed from the record
 * afterwards: {@code archive.stray_objects} are deleted if no row refers to them, {@code
 * archive.expiring_objects} are past {@code object_keep_for}. Both wait for the policy's {@code
 * bin_for} first ({@code drop_after}), but for objects whose metadata had that time in the bin. The
 * store is told of one object at a time, in a transaction that asks report and holds again under
 * the holds' lock. A report that is restored takes its entry out of {@code
 * archive.expiring_objects}.
 */
package dev.archivist.engine.report;
