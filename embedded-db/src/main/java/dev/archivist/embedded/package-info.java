/**
 * The PostgreSQL that runs where no {@code DATABASE_URL} is set: kept on disk, durable, one server
 * a home directory however many programs use it. Start with {@link
 * dev.archivist.embedded.EmbeddedServer}.
 */
package dev.archivist.embedded;
