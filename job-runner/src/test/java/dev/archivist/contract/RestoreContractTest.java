package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class RestoreContractTest {
  @Nested
  class OnRunner extends RestoreContract implements HostedByRunner {}

  @Nested
  class InDatabase extends RestoreContract implements HostedByDatabase {}
}
