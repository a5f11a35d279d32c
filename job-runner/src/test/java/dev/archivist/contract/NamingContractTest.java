package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class NamingContractTest {
  @Nested
  class OnRunner extends NamingContract implements HostedByRunner {}

  @Nested
  class InDatabase extends NamingContract implements HostedByDatabase {}
}
