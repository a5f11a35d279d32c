package dev.archivist.embedded;

/**
 * The embedded server cannot be started, reached or stopped. The message is in lower case without a
 * final full stop; the hint is a sentence that says what to do.
 */
public final class EmbeddedServerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String hint;

  EmbeddedServerException(String message, String hint) {
    this(message, hint, null);
  }

  EmbeddedServerException(String message, String hint, Throwable cause) {
    super(message, cause);
    this.hint = hint;
  }

  /** What to do about it, as a sentence; never empty. */
  public String hint() {
    return hint;
  }
}
