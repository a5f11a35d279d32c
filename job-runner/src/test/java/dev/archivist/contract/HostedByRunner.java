package dev.archivist.contract;

import dev.archivist.testing.TestDatabase;

/** The runner is the host. */
interface HostedByRunner extends EngineHost {
  @Override
  default TestDatabase createDatabase() {
    return TestDatabase.migrated();
  }

  @Override
  default EngineCalls engine() {
    return new RunnerCalls();
  }
}
