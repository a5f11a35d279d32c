package dev.archivist.document;

/**
 * One check of what a run needs.
 *
 * @param what what was looked at
 * @param verdict how it came out
 * @param finding what was found
 * @param hint what to do; empty if nothing
 */
public record Check(String what, Verdict verdict, String finding, String hint) {
  /** How a check came out. */
  public enum Verdict {
    OK,
    WARNING,
    FAILED
  }
}
