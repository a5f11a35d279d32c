package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class RollupNumbersContractTest {
  @Nested
  class OnRunner extends RollupNumbersContract implements HostedByRunner {}

  @Nested
  class InDatabase extends RollupNumbersContract implements HostedByDatabase {}
}
