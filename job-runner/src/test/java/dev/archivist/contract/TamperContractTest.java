package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class TamperContractTest {
  @Nested
  class OnRunner extends TamperContract implements HostedByRunner {}

  @Nested
  class InDatabase extends TamperContract implements HostedByDatabase {}
}
