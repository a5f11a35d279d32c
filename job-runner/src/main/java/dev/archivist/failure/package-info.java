/**
 * What the runner throws when it cannot go on: {@link dev.archivist.failure.ArchiveFailure}, an
 * entry of the engine's catalogue with a message and a hint. Libraries' exceptions are translated
 * into it once, where they enter: {@code DatabaseFailure}, {@code DirectoryFailure}, {@code
 * S3Failure}.
 */
package dev.archivist.failure;
