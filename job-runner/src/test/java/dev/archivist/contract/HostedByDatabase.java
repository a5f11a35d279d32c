package dev.archivist.contract;

import dev.archivist.testing.NeedsPlJava;
import dev.archivist.testing.PlJavaCluster;
import dev.archivist.testing.TestDatabase;

/** PL/Java is the host. */
@NeedsPlJava
interface HostedByDatabase extends EngineHost {
  @Override
  default TestDatabase createDatabase() {
    return TestDatabase.migrated(PlJavaCluster.shared().orElseThrow());
  }

  @Override
  default EngineCalls engine() {
    return new InDatabaseCalls();
  }
}
