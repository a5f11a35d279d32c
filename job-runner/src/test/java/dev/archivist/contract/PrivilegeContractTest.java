package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class PrivilegeContractTest {
  @Nested
  class OnRunner extends PrivilegeContract implements HostedByRunner {}

  @Nested
  class InDatabase extends PrivilegeContract implements HostedByDatabase {}
}
