package dev.archivist.failure;

import dev.archivist.engine.error.ArchiveError;

/**
 * What the runner throws when it cannot go on: an entry of the catalogue, a message in lower case
 * without a final full stop, and a hint that is a sentence. Exceptions of a library are translated
 * into this once, at the edge that knows the library.
 */
public final class ArchiveFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ArchiveError error;
  private final String hint;

  public ArchiveFailure(ArchiveError error, String message, String hint) {
    this(error, message, hint, null);
  }

  public ArchiveFailure(ArchiveError error, String message, String hint, Throwable cause) {
    super(message, cause);
    this.error = error;
    this.hint = hint;
  }

  public ArchiveError error() {
    return error;
  }

  /** Whether other policies may still have their turn. */
  public boolean isOfOnePolicy() {
    return error != ArchiveError.CONFIGURATION_INVALID
        && error != ArchiveError.DATABASE_UNREACHABLE;
  }

  /** What to do about it, as a sentence; empty where nothing can be said. */
  public String hint() {
    return hint == null ? "" : hint;
  }
}
