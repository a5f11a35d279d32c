/**
 * The verb <i>purge</i>: takes months past their retention out of the archive into the bin (schema
 * {@code archive_bin}), and drops or returns what is there. Start with {@link
 * dev.archivist.engine.purge.Purge} and {@link dev.archivist.engine.purge.Bin}; the runner's {@code
 * PurgeRun} drives them, in a session that never waits longer than 100 ms for a lock.
 *
 * <p>A month of a partitioned archive goes in five steps:
 *
 * <ol>
 *   <li><i>verify</i>, read only: rows, bytes and digest must be what the ledger says, otherwise
 *       {@code ZA008} for this month.
 *   <li><i>record</i>, one transaction: looks at the holds under their lock, takes the month out of
 *       {@code archive.ledger}, puts it into {@code archive.bin} as {@code detaching}, and marks
 *       its entries of the journal with {@code bin_id}.
 *   <li><i>beginDetach</i>, PostgreSQL's own transactions: {@code DETACH PARTITION … CONCURRENTLY}.
 *       New statements no longer see the month.
 *   <li><i>finishDetach</i>, one transaction: {@code FINALIZE}, once no transaction is left that
 *       may have seen it and no other keeps a snapshot.
 *   <li><i>bin</i>, one transaction: under a SHARE lock the table must still be what the ledger
 *       said; its indexes get names of their own, it goes to the bin, {@code binned}.
 * </ol>
 *
 * <p><b>Why the ledger comes first.</b> From step 2 on, the entry of {@code archive.bin} and its
 * table belong together wherever the table is ({@code archive.bin_place}), and the ledger is what
 * the archive has without it. Rows that arrive late for the month make a new entry and a new
 * partition; two tables of one month never share an entry.
 *
 * <p>A crash leaves one entry {@code detaching}. The policy's next job puts a month that was never
 * detached back into the ledger ({@code archive.keep_attached}), {@code
 * archive.make_month_partition} moves a former partition out of the way of a late row, and the next
 * purge does the rest.
 *
 * <p><b>Why DETACH is stopped half-way.</b> Left alone, it waits for those who have a lock on the
 * archive and then takes the partition out. A REPEATABLE READ transaction that has its snapshot and
 * reads the archive a moment later would miss a month.
 *
 * <p>So a second session of the purge keeps ACCESS SHARE on the archive: the statement begins the
 * detachment, waits for that lock, and ends with its own {@code lock_timeout} of 100 ms. The
 * partition is then <i>pending</i>: statements with a younger snapshot do not see it, those with an
 * older one do.
 *
 * <p><b>Why FINALIZE waits outside.</b> FINALIZE takes ACCESS EXCLUSIVE on the partition and then
 * waits for every snapshot of the database taken before its own, even one that does not see the
 * partition: it would wait for a reader that waits for it. So {@code archive.finish_detach} asks
 * {@code pg_stat_activity} first, for a second and without a lock, names the sessions that stay,
 * and only then asks for FINALIZE.
 *
 * <p>What a purge meets: a long reader (it waits up to two minutes, leaves the month pending, and
 * begins no other); autovacuum on the partition (100 ms is shorter than {@code deadlock_timeout},
 * so autovacuum is never cancelled for the purge, which tries again); a prepared transaction that
 * has touched the partition (FINALIZE gets no lock until it is resolved).
 *
 * <p>Returning a month from the bin compares the table, makes it fit what the archive has by now
 * ({@code archive.fit_from_bin}: columns, types, constraints), compares it with the new columns if
 * there are any, and attaches it or inserts its rows.
 *
 * <p>Metadata of reports has no partitions: a month's rows move into a table of the bin, are
 * checked and recorded, in one transaction. {@code archive.bin_objects} remembers their objects, so
 * that a run does not take them for orphans. When that table is dropped they become {@code
 * archive.stray_objects}, which {@code ObjectPurge} of the runner deletes if no row refers to them.
 */
package dev.archivist.engine.purge;
