package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class ForeignCodeContractTest {
  @Nested
  class OnRunner extends ForeignCodeContract implements HostedByRunner {}

  @Nested
  class InDatabase extends ForeignCodeContract implements HostedByDatabase {}
}
