package dev.archivist.contract;

import dev.archivist.engine.job.Host;
import dev.archivist.testing.TestDatabase;
import org.junit.jupiter.api.Nested;

/** Everything the engine promises, on one host. */
abstract class HostContract {
  abstract TestDatabase createDatabase();

  abstract EngineCalls engine();

  abstract Host host();

  @Nested
  class Plan extends PlanContract {
    @Override
    TestDatabase createDatabase() {
      return HostContract.this.createDatabase();
    }

    @Override
    EngineCalls engine() {
      return HostContract.this.engine();
    }

    @Override
    Host host() {
      return HostContract.this.host();
    }
  }

  @Nested
  class Move extends MoveContract {
    @Override
    TestDatabase createDatabase() {
      return HostContract.this.createDatabase();
    }

    @Override
    EngineCalls engine() {
      return HostContract.this.engine();
    }

    @Override
    Host host() {
      return HostContract.this.host();
    }
  }

  @Nested
  class Rollup extends RollupContract {
    @Override
    TestDatabase createDatabase() {
      return HostContract.this.createDatabase();
    }

    @Override
    EngineCalls engine() {
      return HostContract.this.engine();
    }

    @Override
    Host host() {
      return HostContract.this.host();
    }
  }

  @Nested
  class Calendar extends CalendarContract {
    @Override
    TestDatabase createDatabase() {
      return HostContract.this.createDatabase();
    }

    @Override
    EngineCalls engine() {
      return HostContract.this.engine();
    }

    @Override
    Host host() {
      return HostContract.this.host();
    }
  }

  @Nested
  class HostileNames extends HostileNamesContract {
    @Override
    TestDatabase createDatabase() {
      return HostContract.this.createDatabase();
    }

    @Override
    EngineCalls engine() {
      return HostContract.this.engine();
    }

    @Override
    Host host() {
      return HostContract.this.host();
    }
  }

  @Nested
  class Race extends RaceContract {
    @Override
    TestDatabase createDatabase() {
      return HostContract.this.createDatabase();
    }

    @Override
    EngineCalls engine() {
      return HostContract.this.engine();
    }

    @Override
    Host host() {
      return HostContract.this.host();
    }
  }

  @Nested
  class Job extends JobContract {
    @Override
    TestDatabase createDatabase() {
      return HostContract.this.createDatabase();
    }

    @Override
    EngineCalls engine() {
      return HostContract.this.engine();
    }

    @Override
    Host host() {
      return HostContract.this.host();
    }
  }

  @Nested
  class Guard extends GuardContract {
    @Override
    TestDatabase createDatabase() {
      return HostContract.this.createDatabase();
    }

    @Override
    EngineCalls engine() {
      return HostContract.this.engine();
    }

    @Override
    Host host() {
      return HostContract.this.host();
    }
  }

  @Nested
  class Privilege extends PrivilegeContract {
    @Override
    TestDatabase createDatabase() {
      return HostContract.this.createDatabase();
    }

    @Override
    EngineCalls engine() {
      return HostContract.this.engine();
    }

    @Override
    Host host() {
      return HostContract.this.host();
    }
  }
}
