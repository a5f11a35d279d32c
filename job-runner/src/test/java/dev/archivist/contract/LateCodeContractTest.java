package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class LateCodeContractTest {
  @Nested
  class OnRunner extends LateCodeContract implements HostedByRunner {}

  @Nested
  class InDatabase extends LateCodeContract implements HostedByDatabase {}
}
