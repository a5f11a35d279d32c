package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class FamilyKeysContractTest {
  @Nested
  class OnRunner extends FamilyKeysContract implements HostedByRunner {}

  @Nested
  class InDatabase extends FamilyKeysContract implements HostedByDatabase {}
}
