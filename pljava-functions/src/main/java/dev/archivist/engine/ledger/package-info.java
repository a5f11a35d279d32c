/**
 * The ledger: what each month of each archive table must hold (rows, bytes, oldest, newest,
 * digest), by policy, position of the table in its family, and month. Start with {@link
 * dev.archivist.engine.ledger.MonthSummary}.
 *
 * <p>The journal, {@code archive.batches}, says what each batch, restore and purge did to each
 * month; the ledger is its sum. Both are written by the statement that moves the rows, never
 * afterwards. What a restore took back is a negative entry of the journal with the {@code origin}
 * of the batch that had brought the rows.
 *
 * <p>The digest covers the archive's columns in their order, without those that say when and by
 * which batch a row came and those that change later. A column that the live table has lost stays
 * covered, so older months keep their digests.
 */
package dev.archivist.engine.ledger;
