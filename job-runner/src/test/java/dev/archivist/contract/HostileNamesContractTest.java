package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class HostileNamesContractTest {
  @Nested
  class OnRunner extends HostileNamesContract implements HostedByRunner {}

  @Nested
  class InDatabase extends HostileNamesContract implements HostedByDatabase {}
}
