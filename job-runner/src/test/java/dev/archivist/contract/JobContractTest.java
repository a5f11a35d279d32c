package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class JobContractTest {
  @Nested
  class OnRunner extends JobContract implements HostedByRunner {}

  @Nested
  class InDatabase extends JobContract implements HostedByDatabase {}
}
