package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class VerifyContractTest {
  @Nested
  class OnRunner extends VerifyContract implements HostedByRunner {}

  @Nested
  class InDatabase extends VerifyContract implements HostedByDatabase {}
}
