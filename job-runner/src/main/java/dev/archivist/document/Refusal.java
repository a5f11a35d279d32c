package dev.archivist.document;

/**
 * Why a job would not start.
 *
 * @param what what was found
 * @param why why it is in the way
 * @param hint what to do about it
 */
public record Refusal(String what, String why, String hint) {}
