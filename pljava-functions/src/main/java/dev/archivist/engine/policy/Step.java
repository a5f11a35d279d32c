package dev.archivist.engine.policy;

/**
 * One thing that a job will do.
 *
 * @param system where it happens: {@code postgresql}, {@code object-store} or {@code files}
 * @param command what is executed
 * @param about why
 */
public record Step(String system, String command, String about) {}
