/**
 * Build only: migrates an embedded PostgreSQL and generates jOOQ's classes from it. Start with
 * {@link dev.archivist.codegen.GenerateJooq}.
 */
package dev.archivist.codegen;
