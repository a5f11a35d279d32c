/**
 * The catalogue of what Archivist itself can refuse or report: {@link
 * dev.archivist.engine.error.ArchiveError} gives each case an SQLSTATE of class {@code ZA}, an exit
 * code and a category. {@code docs/errors.md} lists them for users: change both together.
 *
 * <p>The engine throws {@link dev.archivist.engine.error.ArchiveException}, an SQLException, so
 * that PL/Java carries its SQLSTATE to the client. Errors of PostgreSQL keep theirs and are never
 * wrapped. A message is lower case without a final full stop; a hint is a sentence that says what
 * to do.
 */
package dev.archivist.engine.error;
