package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class PassingByContractTest {
  @Nested
  class OnRunner extends PassingByContract implements HostedByRunner {}

  @Nested
  class InDatabase extends PassingByContract implements HostedByDatabase {}
}
