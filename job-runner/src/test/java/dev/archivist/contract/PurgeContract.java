package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.purge.BinEntry;
import dev.archivist.testing.PurgeJob;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Purging is the runner's, but what a purge leaves half done is in the way of every host. */
abstract class PurgeContract extends EngineContract {

  @ParameterizedTest
  @ValueSource(strings = {"record", "beginDetach", "finishDetach"})
  void aRowThatComesLateForAMonthOnItsWayOutIsArchived(String lastStep) {
    clock("2026-07-15T12:00:00Z");
    logsAt(List.of("2019-05-01T00:00:00Z", "2019-05-31T23:59:59Z"));
    run("logs");
    try (PurgeJob session = PurgeJob.open(db.database(), "logs")) {
      session.begin("{}");
      BinEntry entry = session.record(Month.ofFirstDay("2019-05-01")).orElseThrow();
      if (!lastStep.equals("record")) {
        session.beginDetach(entry);
        if (lastStep.equals("finishDetach")) {
          session.finishDetach(entry);
        }
      }
    }
    logsAt(List.of("2019-05-17T00:00:00Z"));

    run("logs");

    assertThat(column("SELECT count(*) FROM scenario_logs_archive"))
        .containsExactly(lastStep.equals("record") ? "3" : "1");
    assertThat(column("SELECT archive.bin_place(bin_id) FROM archive.bin"))
        .hasSize(lastStep.equals("record") ? 0 : 1)
        .allMatch("bin"::equals);
    assertLedgerIsRight("logs");
  }
}
