/**
 * Measures moving rows against named other ways, in a scratch database on the configured server.
 * Start with {@link dev.archivist.bench.Bench}. Nothing else depends on this package, and it brings
 * its own SQL.
 */
package dev.archivist.bench;
