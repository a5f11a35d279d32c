package dev.archivist.contract;

import org.junit.jupiter.api.Nested;

class CalendarContractTest {
  @Nested
  class OnRunner extends CalendarContract implements HostedByRunner {}

  @Nested
  class InDatabase extends CalendarContract implements HostedByDatabase {}
}
