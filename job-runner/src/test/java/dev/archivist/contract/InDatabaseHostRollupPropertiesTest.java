package dev.archivist.contract;

import dev.archivist.testing.NeedsPlJava;
import dev.archivist.testing.PlJavaCluster;
import dev.archivist.testing.TestDatabase;
import net.jqwik.api.Tag;
import org.opentest4j.TestAbortedException;

/** The roll-up's properties where PL/Java is the host. */
@Tag(NeedsPlJava.TAG)
class InDatabaseHostRollupPropertiesTest extends RollupProperties {
  @Override
  TestDatabase createDatabase() {
    return TestDatabase.migrated(
        PlJavaCluster.shared()
            .orElseThrow(
                () -> new TestAbortedException(PlJavaCluster.obstacle().orElseThrow())));
  }
}
