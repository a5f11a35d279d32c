/**
 * Everything that is said to a database. Start with {@link dev.archivist.db.Database}, which gives
 * out short connections of a pool for looking and dedicated ones for jobs. Only this package knows
 * {@code java.sql} (but for Quartz's {@code PooledConnections}), jOOQ, Flyway, HikariCP and the
 * driver; their exceptions become failures of the catalogue in {@code DatabaseFailure}.
 *
 * <p>A job has a session of its own ({@link dev.archivist.db.PolicySession}), which ends with it,
 * and so does the policy's lock. {@link dev.archivist.db.EngineHost} is the seam between the two
 * hosts of the engine: {@code RunnerHost} works over JDBC, {@code InDatabaseHost} calls PL/Java's
 * functions. {@link dev.archivist.db.Hosts} asks a database once which it has, and {@link
 * dev.archivist.db.SchemaFit} whether its schema is the one that this program makes.
 *
 * <p>Sessions are set up by start-up options, so they win over settings of role and database:
 * {@code search_path = pg_catalog, pg_temp} (every table is named with its schema), {@code
 * DateStyle = ISO}, {@code IntervalStyle = postgres}, {@code quote_all_identifiers = off}, {@code
 * plan_cache_mode = force_custom_plan}. For jobs also {@code statement_timeout} and {@code
 * lock_timeout}, no idle timeout, no auto-commit. The time zone is the JVM's; every bound and day
 * is computed in UTC whatever it is. {@code archivist sql} alone keeps the user's own settings.
 */
package dev.archivist.db;
