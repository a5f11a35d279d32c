/**
 * The use cases: what a command or the schedule does, from begin to finish. Start with {@link
 * dev.archivist.run.PolicyRun} (archive), {@code RestoreRun}, {@link dev.archivist.run.PurgeRun} or
 * {@link dev.archivist.run.Verifier}. Work that meets a lock, a deadlock or a serialization failure
 * is undone and tried again with growing pauses, at most 20 times and two minutes ({@code
 * LockRetry}); so is the closing of a job, even one that was told to stop.
 *
 * <p><b>Offloading a report</b> ({@code OffloadRun}) is what a database cannot do alone. A crash
 * after any step leaves what the next run can carry on with:
 *
 * <ol>
 *   <li><i>compress</i> into a temporary file, counting and hashing both sides. A crash leaves that
 *       file.
 *   <li><i>put</i> under a key that was never used before and never will be again, checksummed on
 *       the way: a deletion that arrives late hits no other object. A crash leaves an object that
 *       nothing refers to; verify names it.
 *   <li><i>read back</i>: decompress, compare size and SHA-256.
 *   <li><i>commit</i>: the row moves, only in the version that was read, and the ledger with it. A
 *       crash leaves a local file that is no longer needed, which {@code leftovers} finds.
 *   <li><i>delete the file</i>, only if its content is what was archived and no live report names
 *       the same file ({@code FileDeletion}): renamed first, so that a runner which sleeps and
 *       wakes after others have changed the world deletes nothing that has come to its place.
 *   <li>{@code deleted_locally = true}.
 * </ol>
 *
 * <p>A missing, empty, unreadable, oversized or misplaced file, a changed row, and a conflicting or
 * corrupt object concern one report: it stays, the others go on, and the job fails with the list.
 * Any other failure, such as a store that does not answer, ends the job at once.
 *
 * <p><b>Restoring a report</b> ({@code RestoreRun}, {@code RestoredFile}) goes the other way:
 *
 * <ol>
 *   <li><i>download</i> beside its place, in a directory {@code .archivist-restore-<id>-…} that is
 *       this user's alone, decompressed, compared, forced to the disk.
 *   <li><i>publish</i>: linked to its name, only if that is free; the directory is forced to the
 *       disk. A crash leaves a file whose report is archived; the same restore finds the same
 *       content.
 *   <li><i>commit</i>: the row moves, journal and ledger with it, and the object is recorded in
 *       {@code archive.stray_objects}.
 *   <li><i>delete the object</i> when the policy's {@code bin_for} is over, only if no row refers
 *       to it, and then its entry ({@code StrayObjects}). The policy's next run, restore or purge
 *       does it.
 * </ol>
 *
 * <p>A store knows whose it is ({@code StoreOwner}); jobs see it without what other databases have
 * inside it ({@code OwnStore}). So does the reports' directory ({@code RootOwner}): nothing there
 * is deleted or written before its mark was looked at. By the id of each policy's last job it knows
 * whether the database knows all that was done in it ({@code StoreHistory}). If it does not,
 * because it was restored from an older backup, jobs are refused until {@link
 * dev.archivist.run.Reconciler} has brought both together.
 *
 * <p>The tests' {@code OffloadModel} and {@code PurgeModel} have these steps under the same names
 * and explore every order of them, crashes and what others do: change both together.
 */
package dev.archivist.run;
