package dev.archivist.engine.policy;

/**
 * A reason not to touch a table.
 *
 * @param what what was found, lower case, no final full stop
 * @param why what would go wrong
 * @param hint what to do, as a sentence
 */
public record Refusal(String what, String why, String hint) {}
