/**
 * Policies: what ages, by which column, after how long, and what happens then. Start with {@link
 * dev.archivist.engine.policy.Policies}, which reads {@code archive.policies} and {@code
 * archive.policy_tables}.
 *
 * <p>A policy is a family of one or more tables. Position 0 is the root, whose time column tells
 * the age of all; each other table names its parent and the columns that lead there. The archive of
 * a child carries {@code archived_root_time}, so a family's month is one month in every table.
 *
 * <p>A kind is one class that implements {@link dev.archivist.engine.policy.PolicyKind} ({@code
 * Move}, {@code Rollup}, {@code Offload}) and one SQL function, {@code
 * archive.check_<kind>_settings}, which checks the policy's {@code settings} when they are written.
 *
 * <p>Cutoffs are computed in UTC from {@code archive.clock()}, the one expression for now, and
 * fixed when a job begins.
 */
package dev.archivist.engine.policy;
