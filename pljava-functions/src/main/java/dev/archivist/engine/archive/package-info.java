/**
 * The verb <i>archive</i>: takes old rows out of live tables. Start with {@link
 * dev.archivist.engine.archive.Archiving}; {@code Planner} says beforehand what it would do, {@code
 * Guards} what stands in the way.
 *
 * <p><b>One batch of rows</b>, in the caller's transaction, takes a number of root rows and, in a
 * family, all their descendants, leaves first:
 *
 * <ol>
 *   <li>The job must be running, and this session must get the policy's lock for the transaction.
 *   <li>The holds are read under their lock, the tables are locked (ROW EXCLUSIVE), and the guards
 *       look again: a trigger or a foreign key may have been added since the job began, and from
 *       now on nobody can add one.
 *   <li>Months whose partition is missing are made, and then that is all this batch does.
 *   <li>One statement ({@code move} or {@code rollup} in {@code batch.sql}) deletes the rows,
 *       inserts what DELETE returned, and adds counts and digests to {@code archive.batches} and
 *       {@code archive.ledger}.
 *   <li>What left must be what arrived: otherwise {@code ZA007}, and the caller rolls back. A
 *       trigger on the archive could drop rows.
 *   <li>The scan's new position and the job's counters are saved in the same transaction.
 * </ol>
 *
 * <p><b>Why one statement.</b> What is inserted is what DELETE returned, so no row can come
 * between. The pair {@code INSERT … SELECT; DELETE} looks at the table twice. At READ COMMITTED
 * each look has its own snapshot, so a row committed between the two is deleted without having been
 * copied.
 *
 * <p><b>The race that remains</b> is a row that another session updates while the batch runs.
 * DELETE waits for that transaction, up to 100 ms, and then looks at the new version: it is taken
 * as it is now, or left for a later run. The condition on the time stands in the DELETE too, so a
 * row whose time was moved past the cutoff stays. The old version never moves.
 *
 * <p><b>What is wrong with one row concerns that row.</b> A batch that meets a lock, or a value
 * that the archive refuses, is undone and taken again by {@code RowBatch.runPassingBy}: it locks
 * what is free ({@code SKIP LOCKED}), and {@code RefusedRows} finds by halves what is refused. To
 * lock all rows first would write each twice, so that is not the rule.
 *
 * <p><b>The end of a scan</b> ({@code ScanEnd}) begins another pass if this one took anything, so
 * the last one takes nothing. Only if that one found rows are they counted: they are the job's
 * {@code records_left}. No row is locked then, so a long count stops nobody.
 *
 * <p><b>Why months are committed before their rows.</b> ATTACH stops nobody, so a statement may
 * have been planned without the new partition and get its snapshot after the batch. It would find
 * the rows neither in the live table nor in the archive. Nothing is lost, but a reader of the views
 * would miss them once. A row of yet another month, committed between the steps, is not taken: the
 * statement takes only rows of the months that were there when it was written.
 *
 * <p><b>Roll-ups</b> delete samples, group them by series and period (hour, day, week or month, in
 * UTC), and merge each group into the period's row by {@code ON CONFLICT}. It keeps {@code
 * sample_count}, the exact {@code value_sum}, {@code value_min}, {@code value_max}, and how many
 * samples are no finite numbers, which are in none of these; {@code value} is derived. So a period
 * that is split over batches, or samples that arrive late, merge exactly. {@code
 * policy.SampledValue} says what exact is for each type.
 *
 * <p>The cutoff is the start of a period, and a row comes into the month in which its period
 * starts. The ledger's entry of a merged row is taken off and put on again. What values gained in
 * {@code sample_count} must be what left the live table.
 *
 * <p>A report's row follows its file ({@code ReportBatch}); the runner's {@code OffloadRun} has the
 * steps around it.
 */
package dev.archivist.engine.archive;
