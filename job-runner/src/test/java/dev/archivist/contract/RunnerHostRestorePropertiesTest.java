package dev.archivist.contract;

import dev.archivist.testing.TestDatabase;

/** The restore's properties where the runner is the host. */
class RunnerHostRestorePropertiesTest extends RestoreProperties {
  @Override
  TestDatabase createDatabase() {
    return TestDatabase.migrated();
  }
}
