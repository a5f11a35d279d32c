package dev.archivist.contract;

import dev.archivist.testing.NeedsPlJava;
import dev.archivist.testing.PlJavaCluster;
import dev.archivist.testing.TestDatabase;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** The restore's properties where PL/Java is the host. */
@Tag(NeedsPlJava.TAG)
@AddLifecycleHook(InDatabaseHostRollupPropertiesTest.WithPlJava.class)
class InDatabaseHostRestorePropertiesTest extends RestoreProperties {
  @Override
  TestDatabase createDatabase() {
    return TestDatabase.migrated(PlJavaCluster.shared().orElseThrow());
  }
}
