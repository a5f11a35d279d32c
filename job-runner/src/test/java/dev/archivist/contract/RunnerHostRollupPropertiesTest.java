package dev.archivist.contract;

import dev.archivist.testing.TestDatabase;

/** The roll-up's properties where the runner is the host. */
class RunnerHostRollupPropertiesTest extends RollupProperties {
  @Override
  TestDatabase createDatabase() {
    return TestDatabase.migrated();
  }
}
