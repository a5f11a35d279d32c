/**
 * The verb <i>restore</i>: takes archived rows back into the live table, or copies them into
 * another. Start with {@link dev.archivist.engine.restore.Restores}. A restore is a job of its
 * policy, so nothing is archived or purged meanwhile. {@code archive.restore_options} checks what
 * is asked for and gives it one form, kept in {@code archive_jobs.options}.
 *
 * <p><b>Beginning</b> is one transaction: the guards, the conflicts, the table of a copy if it is
 * missing, the hold, the job. The hold comes before the first row, so no night falls in between;
 * the same restore again extends that hold instead of making another. Conflicts are looked for with
 * the expressions, predicates, operators and collations of each unique index of the live table, as
 * the catalogue has them, and with its foreign keys, checks and NOT NULLs. {@code RestorePreview}
 * answers a dry run with the same.
 *
 * <p><b>A batch</b> takes the locks of a batch, looks at the guards again, and works on one
 * partition at a time, where a {@code ctid} says which row is meant. One statement ({@code batch}
 * in {@code restore.sql}) deletes from the archive, inserts what that returned into the live table,
 * writes negative entries of the journal under the batches that the rows had come with ({@code
 * origin}), and takes the same off the ledger.
 *
 * <p>Counts and digest of what left and what arrived must agree ({@code ZA007}), and the ledger
 * must not have less than is taken ({@code ZA008}). A key that was taken since the look undoes the
 * whole batch ({@code ZA042}). Then oldest and newest of the month are read again if they may have
 * left, and the entry of an empty month is removed.
 *
 * <p>Generated columns are not written; the digest tells whether they came out the same. A copy
 * takes all rows of its last instant, so that the next batch begins after it. {@code ON CONFLICT DO
 * NOTHING} and the digest tell rows that were copied before from rows in the way.
 */
package dev.archivist.engine.restore;
