package dev.archivist.contract;

import dev.archivist.engine.batch.BatchResult;
import dev.archivist.engine.job.Host;
import dev.archivist.engine.job.Jobs;
import dev.archivist.engine.job.Verification;
import dev.archivist.engine.plan.PlanDocument;
import dev.archivist.engine.plan.Planner;
import dev.archivist.engine.policy.Policies;
import dev.archivist.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.Nested;

/** The engine's contract where the runner is the host. */
class RunnerHostTest {
  static final class OverJdbc implements EngineCalls {
    @Override
    public String plan(Connection connection, String policy) throws SQLException {
      return PlanDocument.render(
          connection, Planner.plan(connection, Policies.named(connection, policy)));
    }

    @Override
    public UUID begin(Connection connection, String policy) throws SQLException {
      return Jobs.begin(connection, policy, Host.RUNNER).id();
    }

    @Override
    public BatchResult runBatch(Connection connection, UUID job) throws SQLException {
      return Jobs.runBatch(connection, job);
    }

    @Override
    public void finish(Connection connection, UUID job, String status) throws SQLException {
      Jobs.finish(connection, job, status, null);
    }

    @Override
    public String verify(Connection connection, String policy) throws SQLException {
      return Verification.verify(connection, Policies.named(connection, policy));
    }
  }

  @Nested
  class Plan extends PlanContract {
    @Override
    TestDatabase createDatabase() {
      return TestDatabase.migrated();
    }

    @Override
    EngineCalls engine() {
      return new OverJdbc();
    }
  }

  @Nested
  class Move extends MoveContract {
    @Override
    TestDatabase createDatabase() {
      return TestDatabase.migrated();
    }

    @Override
    EngineCalls engine() {
      return new OverJdbc();
    }
  }

  @Nested
  class Rollup extends RollupContract {
    @Override
    TestDatabase createDatabase() {
      return TestDatabase.migrated();
    }

    @Override
    EngineCalls engine() {
      return new OverJdbc();
    }
  }

  @Nested
  class Calendar extends CalendarContract {
    @Override
    TestDatabase createDatabase() {
      return TestDatabase.migrated();
    }

    @Override
    EngineCalls engine() {
      return new OverJdbc();
    }
  }

  @Nested
  class HostileNames extends HostileNamesContract {
    @Override
    TestDatabase createDatabase() {
      return TestDatabase.migrated();
    }

    @Override
    EngineCalls engine() {
      return new OverJdbc();
    }
  }

  @Nested
  class Race extends RaceContract {
    @Override
    TestDatabase createDatabase() {
      return TestDatabase.migrated();
    }

    @Override
    EngineCalls engine() {
      return new OverJdbc();
    }
  }

  @Nested
  class Job extends JobContract {
    @Override
    TestDatabase createDatabase() {
      return TestDatabase.migrated();
    }

    @Override
    EngineCalls engine() {
      return new OverJdbc();
    }
  }

  @Nested
  class Guard extends GuardContract {
    @Override
    TestDatabase createDatabase() {
      return TestDatabase.migrated();
    }

    @Override
    EngineCalls engine() {
      return new OverJdbc();
    }
  }

  @Nested
  class Privilege extends PrivilegeContract {
    @Override
    TestDatabase createDatabase() {
      return TestDatabase.migrated();
    }

    @Override
    EngineCalls engine() {
      return new OverJdbc();
    }
  }
}
