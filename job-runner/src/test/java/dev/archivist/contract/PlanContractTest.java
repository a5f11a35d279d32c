package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class PlanContractTest {
  @Nested
  class OnRunner extends PlanContract implements HostedByRunner {}

  @Nested
  class InDatabase extends PlanContract implements HostedByDatabase {}
}
