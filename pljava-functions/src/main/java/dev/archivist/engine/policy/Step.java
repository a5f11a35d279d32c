package dev.archivist.engine.policy;

/**
 * One thing that a job will do.
 *
 * @param seq its place in the order; steps with the same number may go side by side
 * @param system where it happens: {@code postgresql}, {@code object-store} or {@code files}
 * @param command what is executed
 * @param about why
 */
public record Step(int seq, String system, String command, String about) {}
