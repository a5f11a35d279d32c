package dev.archivist.engine.job;

/** Where the engine's Java runs. */
public enum Host {
  /** In the database's backend, by PL/Java. */
  IN_DATABASE("in-database"),
  /** In the runner, over JDBC. */
  RUNNER("runner");

  private final String label;

  Host(String label) {
    this.label = label;
  }

  /** The name as {@code archive_jobs.host} has it. */
  public String label() {
    return label;
  }
}
