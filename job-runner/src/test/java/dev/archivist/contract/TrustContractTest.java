package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class TrustContractTest {
  @Nested
  class OnRunner extends TrustContract implements HostedByRunner {}

  @Nested
  class InDatabase extends TrustContract implements HostedByDatabase {}
}
