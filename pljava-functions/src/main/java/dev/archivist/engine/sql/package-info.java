/**
 * How the engine speaks SQL: statements by name, bound values, quoted names. Start with {@link
 * dev.archivist.engine.sql.Query}.
 *
 * <p>Statements are in files by noun beside this package's classes ({@code batch.sql}, {@code
 * ledger.sql}, …). Each follows a line {@code -- name: move} and is loaded as {@code batch.move}. A
 * placeholder is written as a quoted identifier, {@code "{archive}"}, and filled only with a {@link
 * dev.archivist.engine.sql.SqlPart}: quoted names or other such text. Values are always bound.
 *
 * <p>{@link dev.archivist.engine.sql.Savepoints} is the only place of the engine that catches an
 * SQLException: in a backend, catching one and carrying on would commit half a statement.
 */
package dev.archivist.engine.sql;
