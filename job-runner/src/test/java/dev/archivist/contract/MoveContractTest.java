package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class MoveContractTest {
  @Nested
  class OnRunner extends MoveContract implements HostedByRunner {}

  @Nested
  class InDatabase extends MoveContract implements HostedByDatabase {}
}
