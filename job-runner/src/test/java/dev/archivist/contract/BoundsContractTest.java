package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class BoundsContractTest {
  @Nested
  class OnRunner extends BoundsContract implements HostedByRunner {}

  @Nested
  class InDatabase extends BoundsContract implements HostedByDatabase {}
}
