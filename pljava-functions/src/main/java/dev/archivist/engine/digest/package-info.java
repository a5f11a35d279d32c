/**
 * The content digest: two 64-bit hashes of each row, summed, so that batches and months can be
 * added and subtracted in any order. Start with {@link dev.archivist.engine.digest.Digest}; {@code
 * ColumnEncoding} decides in which form each type goes in. {@code docs/digest.md} defines it for
 * users and recomputes it with plain SQL: change both together. It finds mistakes and does not
 * withstand who aims at it: {@code docs/digest-strength.md}.
 *
 * <p>It covers the columns of the archive in their order, but for the stamps and for what changes
 * later: {@code PolicyKind.digested} says which, for each kind.
 *
 * <p>Types that contain text go in as text, under settings that {@code OutputSettings} fixes for
 * the transaction, on either host. The functions of the database have a {@code SET} clause for each
 * of them, which restores the caller's own.
 */
package dev.archivist.engine.digest;
