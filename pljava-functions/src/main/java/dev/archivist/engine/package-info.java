/**
 * The engine: what happens to rows, in SQL over a {@link java.sql.Connection}, with no library but
 * the JDK. It runs inside PostgreSQL, where PL/Java calls {@link
 * dev.archivist.engine.ArchiveFunctions}, or in the runner over JDBC, which calls the verbs
 * directly. Both hosts keep the same promises.
 *
 * <p>Each verb has a package: {@code archive}, {@code restore}, {@code purge}, {@code verify}. They
 * stand on what they share, and never on each other: {@code report} over {@code ledger}, {@code
 * hold} and {@code job}, over {@code policy}, over {@code digest}, over {@code catalog}, over
 * {@code sql} and {@code error}. The engine's {@code ArchitectureTest} holds these floors.
 *
 * <p>Nothing here ends the caller's transaction, sleeps, or waits without a bound. Nothing knows a
 * table by name: everything happens because of a row of {@code archive.policies}. Plans and results
 * cross the host's border as JSON, which PostgreSQL itself writes.
 */
package dev.archivist.engine;
