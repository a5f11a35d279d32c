package dev.archivist.torture;

/** What is done to the program, to its connections or to what it stands on. */
enum Act {
  NOTHING("nothing"),
  KILL_RUNNER("runner killed"),
  TERMINATE_RUNNER("runner told to stop"),
  CUT_CONNECTION("runner's connection terminated"),
  KILL_SERVER("database server killed"),
  STORE_FAULTS("store misbehaves"),
  SECOND_RUNNER("second runner started"),
  OTHER_DATABASE("another database came to the store");

  private final String label;

  Act(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }
}
