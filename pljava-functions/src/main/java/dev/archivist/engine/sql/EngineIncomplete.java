package dev.archivist.engine.sql;

/**
 * A part of the engine cannot be loaded: like a class that cannot, which is why it is that kind of
 * error. Where the engine is in a database it happens when a timeout or a cancellation hits PL/Java
 * while it reads the jar, because it then takes the entry for missing.
 */
public final class EngineIncomplete extends LinkageError {
  private static final long serialVersionUID = 1L;

  EngineIncomplete(String message) {
    super(message);
  }
}
