package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class DigestContractTest {
  @Nested
  class OnRunner extends DigestContract implements HostedByRunner {}

  @Nested
  class InDatabase extends DigestContract implements HostedByDatabase {}
}
