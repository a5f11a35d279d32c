package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class ReplacedArchiveContractTest {
  @Nested
  class OnRunner extends ReplacedArchiveContract implements HostedByRunner {}

  @Nested
  class InDatabase extends ReplacedArchiveContract implements HostedByDatabase {}
}
