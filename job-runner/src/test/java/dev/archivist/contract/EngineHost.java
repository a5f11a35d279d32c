package dev.archivist.contract;

import dev.archivist.testing.TestDatabase;

/** Where the engine runs while a contract looks at it. */
interface EngineHost {
  TestDatabase createDatabase();

  EngineCalls engine();
}
