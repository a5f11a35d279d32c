package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class BinTamperContractTest {
  @Nested
  class OnRunner extends BinTamperContract implements HostedByRunner {}

  @Nested
  class InDatabase extends BinTamperContract implements HostedByDatabase {}
}
