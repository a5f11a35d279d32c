package dev.archivist.contract;

import dev.archivist.testing.TestDatabase;
import org.junit.jupiter.api.Nested;

/** The whole contract of the engine. A subclass names the host that has to keep it. */
abstract class HostContract {
  abstract TestDatabase createDatabase();

  abstract EngineCalls engine();

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
  }

  @Nested
  class Family extends FamilyContract {
    @Override
    TestDatabase createDatabase() {
      return HostContract.this.createDatabase();
    }

    @Override
    EngineCalls engine() {
      return HostContract.this.engine();
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
  }

  @Nested
  class Restore extends RestoreContract {
    @Override
    TestDatabase createDatabase() {
      return HostContract.this.createDatabase();
    }

    @Override
    EngineCalls engine() {
      return HostContract.this.engine();
    }
  }

  @Nested
  class RestoreSafety extends RestoreSafetyContract {
    @Override
    TestDatabase createDatabase() {
      return HostContract.this.createDatabase();
    }

    @Override
    EngineCalls engine() {
      return HostContract.this.engine();
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
  }

  @Nested
  class Digest extends DigestContract {
    @Override
    TestDatabase createDatabase() {
      return HostContract.this.createDatabase();
    }

    @Override
    EngineCalls engine() {
      return HostContract.this.engine();
    }
  }

  @Nested
  class Hold extends HoldContract {
    @Override
    TestDatabase createDatabase() {
      return HostContract.this.createDatabase();
    }

    @Override
    EngineCalls engine() {
      return HostContract.this.engine();
    }
  }

  @Nested
  class Verify extends VerifyContract {
    @Override
    TestDatabase createDatabase() {
      return HostContract.this.createDatabase();
    }

    @Override
    EngineCalls engine() {
      return HostContract.this.engine();
    }
  }

  @Nested
  class Purge extends PurgeContract {
    @Override
    TestDatabase createDatabase() {
      return HostContract.this.createDatabase();
    }

    @Override
    EngineCalls engine() {
      return HostContract.this.engine();
    }
  }
}
