package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class PurgeContractTest {
  @Nested
  class OnRunner extends PurgeContract implements HostedByRunner {}

  @Nested
  class InDatabase extends PurgeContract implements HostedByDatabase {}
}
