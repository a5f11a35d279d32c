package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class GuardContractTest {
  @Nested
  class OnRunner extends GuardContract implements HostedByRunner {}

  @Nested
  class InDatabase extends GuardContract implements HostedByDatabase {}
}
