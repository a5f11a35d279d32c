package dev.archivist.contract;

import dev.archivist.testing.NeedsPlJava;
import dev.archivist.testing.PlJavaCluster;
import dev.archivist.testing.TestDatabase;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;

/** The roll-up's properties where PL/Java is the host. */
@Tag(NeedsPlJava.TAG)
@AddLifecycleHook(InDatabaseHostRollupPropertiesTest.WithPlJava.class)
class InDatabaseHostRollupPropertiesTest extends RollupProperties {
  @Override
  TestDatabase createDatabase() {
    return TestDatabase.migrated(PlJavaCluster.shared().orElseThrow());
  }

  /** As {@link NeedsPlJava}, for jqwik. An aborted try would count as a rejected sample. */
  static final class WithPlJava implements SkipExecutionHook {
    @Override
    public SkipResult shouldBeSkipped(LifecycleContext context) {
      return PlJavaCluster.obstacle().map(SkipResult::skip).orElseGet(SkipResult::doNotSkip);
    }
  }
}
