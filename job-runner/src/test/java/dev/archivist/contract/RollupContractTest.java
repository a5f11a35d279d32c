package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class RollupContractTest {
  @Nested
  class OnRunner extends RollupContract implements HostedByRunner {}

  @Nested
  class InDatabase extends RollupContract implements HostedByDatabase {}
}
