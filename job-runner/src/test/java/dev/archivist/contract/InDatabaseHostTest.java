package dev.archivist.contract;

import dev.archivist.testing.PlJavaCluster;
import dev.archivist.testing.TestDatabase;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;

class InDatabaseHostTest extends EngineContract {
  @BeforeAll
  static void needsPlJava() {
    Assumptions.assumeTrue(PlJavaCluster.installation().isPresent(), PlJavaCluster::description);
  }

  @Override
  TestDatabase createDatabase() {
    return TestDatabase.migrated(PlJavaCluster.shared().orElseThrow());
  }
}
