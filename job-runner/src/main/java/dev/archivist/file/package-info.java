/**
 * Directories that others may write to, held while something is done in them. Start with {@link
 * dev.archivist.file.HeldDirectory}.
 */
package dev.archivist.file;
