/**
 * The verb <i>verify</i>: compares three accounts of each month, the rows themselves, the journal
 * and the ledger. Start with {@link dev.archivist.engine.verify.Verification}. One statement reads
 * all three in one snapshot, and every batch writes all three in one transaction, so a job at work
 * raises no alarm. It checks that:
 *
 * <ul>
 *   <li>rows = journal = ledger, in number, live rows stood for, bytes and digest; the ledger's
 *       oldest and newest are the rows';
 *   <li>for moves and reports the same for each batch: the rows that carry it as {@code
 *       archive_batch_id} against its entries, also when they came. Daily values are merged by many
 *       batches; there, only a batch that the journal does not know shows.
 * </ul>
 *
 * <p>Months are those of the ledger, of the journal, and of the bounds of the partitions; a
 * partition whose bounds do not say (a DEFAULT one) is read. So a row in a month that nobody knows
 * of is found. What differs is looked at twice, because a batch may attach a partition between the
 * planning of a statement and its snapshot.
 *
 * <p>From the runner, {@code Verifier} works month by month in read-only transactions, holding
 * neither a snapshot nor a lock in between. {@code ObjectCheck} then looks at each archived
 * report's object (present, size, the store's checksum; with {@code --deep} its bytes and content).
 */
package dev.archivist.engine.verify;
