package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class FamilyContractTest {
  @Nested
  class OnRunner extends FamilyContract implements HostedByRunner {}

  @Nested
  class InDatabase extends FamilyContract implements HostedByDatabase {}
}
