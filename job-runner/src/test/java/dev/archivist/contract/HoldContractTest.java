package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class HoldContractTest {
  @Nested
  class OnRunner extends HoldContract implements HostedByRunner {}

  @Nested
  class InDatabase extends HoldContract implements HostedByDatabase {}
}
