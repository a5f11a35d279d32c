package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class RaceContractTest {
  @Nested
  class OnRunner extends RaceContract implements HostedByRunner {}

  @Nested
  class InDatabase extends RaceContract implements HostedByDatabase {}
}
