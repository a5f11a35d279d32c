package dev.archivist.indatabase;

import dev.archivist.testing.NeedsPlJava;
import dev.archivist.testing.PlJavaCluster;
import dev.archivist.testing.TestDatabase;

/** Requests where the engine runs in the database. */
@NeedsPlJava
class InDatabaseRequestsTest extends RequestsContract {
  @Override
  TestDatabase createDatabase() {
    return TestDatabase.withItsOwnSessions(PlJavaCluster.shared().orElseThrow());
  }

  @Override
  String host() {
    return "in-database";
  }
}
