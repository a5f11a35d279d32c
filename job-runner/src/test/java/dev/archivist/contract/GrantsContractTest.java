package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class GrantsContractTest {
  @Nested
  class OnRunner extends GrantsContract implements HostedByRunner {}

  @Nested
  class InDatabase extends GrantsContract implements HostedByDatabase {}
}
