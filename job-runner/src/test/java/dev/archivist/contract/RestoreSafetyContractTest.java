package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class RestoreSafetyContractTest {
  @Nested
  class OnRunner extends RestoreSafetyContract implements HostedByRunner {}

  @Nested
  class InDatabase extends RestoreSafetyContract implements HostedByDatabase {}
}
