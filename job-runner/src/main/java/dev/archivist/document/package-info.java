/**
 * What {@code --json} prints: one record for each document, and {@link
 * dev.archivist.document.Json}, which alone knows the JSON library. docs/json.md says which command
 * prints which; docs/schema has a JSON schema for each record of this package. Fields may be added;
 * none is renamed, removed or given another meaning without a major version.
 */
package dev.archivist.document;
