package dev.archivist.engine.error;

import java.sql.SQLException;

/**
 * What the engine throws when it refuses or fails by its own judgement. It is an {@link
 * SQLException}, so that PL/Java carries its SQLSTATE to the client; errors of PostgreSQL are never
 * wrapped in it.
 */
public final class ArchiveException extends SQLException {
  private static final long serialVersionUID = 1L;

  private final ArchiveError error;
  private final String hint;
  private final String policy;

  /**
   * @param error the entry of the catalogue
   * @param policy the policy's name, null where none is concerned
   * @param message lower case, no final full stop
   * @param hint what to do, as a sentence
   */
  public ArchiveException(ArchiveError error, String policy, String message, String hint) {
    super(message, error.sqlState());
    this.error = error;
    this.policy = policy;
    this.hint = hint;
  }

  public ArchiveError error() {
    return error;
  }

  public String hint() {
    return hint;
  }

  /** The policy's name, or null. */
  public String policy() {
    return policy;
  }
}
