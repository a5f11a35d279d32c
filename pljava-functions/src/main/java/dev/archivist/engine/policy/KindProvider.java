package dev.archivist.engine.policy;

/** A kind that is not shipped with the engine; {@link java.util.ServiceLoader} finds it. */
public interface KindProvider {
  /** The name as {@code archive.policies.kind} has it. */
  String label();

  /**
   * The kind with a policy's settings.
   *
   * @throws IllegalArgumentException if they do not suffice
   */
  PolicyKind of(KindSettings settings);
}
