/**
 * Brings a database to this version, and out of it again. Start with {@link
 * dev.archivist.db.migrate.Migrations}.
 *
 * <p>DDL that shuts out readers or writers runs in one transaction that never waits longer than 100
 * ms for a lock ({@link dev.archivist.db.migrate.SchemaChange}): otherwise whoever comes meanwhile
 * queues for it. It is undone and tried again for two minutes, then fails with {@code ZA019}.
 *
 * <p>Where PL/Java can be had, the engine's jar and the functions that call it come in one
 * transaction or not at all ({@link dev.archivist.db.migrate.EngineJarMigration}). Without it,
 * functions of the same names queue the work or raise {@code 0A000}. Flyway's history is {@code
 * archive.flyway_schema_history}, apart from any that the application has. The tables of a preset
 * are made only where it is asked for or its live tables exist. Unified views are made for every
 * policy ({@link dev.archivist.db.migrate.UnifiedViewsMigration}).
 */
package dev.archivist.db.migrate;
