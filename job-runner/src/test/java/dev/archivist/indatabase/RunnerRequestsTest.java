package dev.archivist.indatabase;

import dev.archivist.testing.TestCluster;
import dev.archivist.testing.TestDatabase;

/** Requests where the engine runs in the runner. */
class RunnerRequestsTest extends RequestsContract {
  @Override
  TestDatabase createDatabase() {
    return TestDatabase.withItsOwnSessions(TestCluster.shared());
  }

  @Override
  String host() {
    return "runner";
  }
}
