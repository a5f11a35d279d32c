/**
 * What PostgreSQL's catalogue says of users' tables: columns, keys, constraints, month partitions.
 * Start with {@link dev.archivist.engine.catalog.Columns} or {@link
 * dev.archivist.engine.catalog.MonthPartitions}.
 *
 * <p><b>Partitions are made on demand.</b> There is no DEFAULT partition: it would forbid {@code
 * DETACH CONCURRENTLY} and be scanned whenever a month is added. The batch that needs a month makes
 * it, as {@code <archive table>_YYYY_MM} with UTC bounds, through {@code
 * archive.make_month_partition}.
 *
 * <p>That function creates a table beside the archive and attaches it. ATTACH takes SHARE UPDATE
 * EXCLUSIVE on the archive, which stops neither readers nor writers; {@code CREATE TABLE …
 * PARTITION OF} would stop both. The function waits at most 100 ms for a lock ({@code 55P03}) and
 * has the rights of {@code archive_owner}, so an operator needs no right to create tables.
 *
 * <p>A {@link dev.archivist.engine.catalog.Month} is a half-open range in UTC whatever the
 * session's time zone is.
 */
package dev.archivist.engine.catalog;
