package dev.archivist.contract;

import dev.archivist.testing.PlJavaCluster;
import dev.archivist.testing.TestDatabase;
import org.opentest4j.TestAbortedException;

/** The roll-up's properties where PL/Java is the host. */
class InDatabaseHostRollupPropertiesTest extends RollupProperties {
  @Override
  TestDatabase createDatabase() {
    return TestDatabase.migrated(
        PlJavaCluster.shared()
            .orElseThrow(() -> new TestAbortedException(PlJavaCluster.description())));
  }
}
