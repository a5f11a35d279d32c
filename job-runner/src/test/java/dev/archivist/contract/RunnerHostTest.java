package dev.archivist.contract;

import dev.archivist.testing.TestDatabase;

class RunnerHostTest extends EngineContract {
  @Override
  TestDatabase createDatabase() {
    return TestDatabase.migrated();
  }
}
