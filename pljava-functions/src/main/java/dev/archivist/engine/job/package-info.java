/**
 * Jobs: one run of one verb for one policy, a row of {@code archive_jobs}. Start with {@link
 * dev.archivist.engine.job.Jobs}.
 *
 * <pre>
 * pending ──► running ──► completed     every old row that the scan met was handled
 * (asked for)    │  ├───► failed        error_message says why; committed batches stay archived
 *                │  └───► cancelled     told to stop; the next run carries on
 *                └─ session lost ─► still "running", but nobody holds the lock:
 *                                   the policy's next job makes it failed (interrupted)
 * </pre>
 *
 * <p>A job that begins holds the policy's lock, so another job of that policy that still says
 * {@code running} has lost its session. No timeout, no heartbeat. A waiting request ({@code
 * pending}) becomes the new job. A policy that is refused leaves a row {@code failed} without
 * counts. One that is held leaves none, because the job that holds it has its own; nor does a run
 * that could not begin at all.
 *
 * <p><b>The lock</b> ({@code PolicyLock}) is advisory and never waited for: {@code ZA001} at once,
 * naming the holder. A scheduler's promise not to start twice is not enough, so the engine takes
 * the lock itself, for the session while the job is open, and again in each transaction.
 *
 * <p><b>Two scans</b> ({@link dev.archivist.engine.job.Scan}) find old rows; which one is decided
 * when the job begins:
 *
 * <ul>
 *   <li><i>index</i>, where a valid, unconditional b-tree begins with the time column: oldest rows
 *       first, at most {@code batch_rows} a batch. The position is the last time taken. Carrying on
 *       from there keeps each batch from stepping over the dead index entries of all earlier ones.
 *   <li><i>blocks</i>, where there is none: through the table's blocks in physical order, by ranges
 *       of {@code ctid}, at most 16 384 blocks a batch. It needs no index and reads the table once.
 *       Nothing may change the order, so other indexes, joined scans and parallel scans are kept
 *       out. The end is the table's size when the job began.
 * </ul>
 *
 * <p>A job is done when its scan has come to its end and nothing is left that another pass could
 * find: late inserts with old times, rows that were moved to where the scan had been. Rows whose
 * time is NULL, infinite or before the year 1 are never taken; the plan reports them.
 */
package dev.archivist.engine.job;
