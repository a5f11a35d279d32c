package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.engine.job.Action;
import dev.archivist.engine.job.Jobs;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RaceContractTest {
  @Nested
  class OnRunner extends RaceContract implements HostedByRunner {
    /** Then no other is ever a deadlock's victim because of a batch. */
    @Test
    void noBatchWaitsAsLongAsDeadlocksAreNotLookedFor() throws SQLException {
      db.execute(
          "ALTER DATABASE " + db.name() + " RESET \"archivist.row_lock_timeout\"",
          "ALTER DATABASE " + db.name() + " SET deadlock_timeout = '60ms'");
      try (Connection session = db.connect();
          Statement statement = session.createStatement()) {
        session.setAutoCommit(false);
        statement.execute("SET search_path = pg_catalog, pg_temp");
        UUID job = engine().begin(session, "logs");
        session.commit();
        Jobs.runningWithHolds(session, job, Action.RUN);
        assertThat(shown(statement)).isEqualTo("31ms");
        engine().runBatch(session, job);
        assertThat(shown(statement)).isEqualTo("31ms");
        session.rollback();
      }
    }

    private static String shown(Statement statement) throws SQLException {
      try (ResultSet row = statement.executeQuery("SHOW lock_timeout")) {
        row.next();
        return row.getString(1);
      }
    }
  }

  @Nested
  class InDatabase extends RaceContract implements HostedByDatabase {}
}
