package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.engine.job.Inspection;
import dev.archivist.engine.policy.Policies;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class HoldContractTest {
  private static final String EXPLAIN =
      "EXPLAIN (COSTS OFF) DELETE FROM public.scenario_logs AS live WHERE NOT %s";

  @Nested
  class OnRunner extends HoldContract implements HostedByRunner {
    /**
     * A join with what is held would be asked of a row's old version alone. Which plan is made
     * depends on the server's version: on 15 the race itself does not always show it.
     */
    @Test
    void whatIsHeldIsNotJoinedToTheRows() throws SQLException {
      db.execute(
          "SELECT archive.hold('logs', matching => '{\"source\": \"evidence\"}', reason => 'r')");
      try (Connection connection = db.connectWithSafePath()) {
        String held =
            Inspection.of(connection, Policies.named(connection, "logs"))
                .holds()
                .condition("live")
                .sql();
        List<String> plan =
            Query.of(connection, SqlText.ofCatalogue(EXPLAIN.formatted(held)))
                .list(row -> row.getString(1));

        assertThat(plan.get(1)).contains("Scan on scenario_logs live");
      }
    }
  }

  @Nested
  class InDatabase extends HoldContract implements HostedByDatabase {}
}
