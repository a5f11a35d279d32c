package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class RollupPeriodContractTest {
  @Nested
  class OnRunner extends RollupPeriodContract implements HostedByRunner {}

  @Nested
  class InDatabase extends RollupPeriodContract implements HostedByDatabase {}
}
