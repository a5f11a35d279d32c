package dev.archivist.contract;

import dev.archivist.testing.TestDatabase;

/** A login of its own that is a member of one of Archivist's roles and of nothing else. */
public final class Login implements AutoCloseable {
  private static final String PASSWORD = "only-for-this-test";

  private final TestDatabase db;
  private final String name;

  public Login(TestDatabase db, String memberOf) {
    this.db = db;
    this.name = db.name() + "_" + memberOf;
    db.execute("CREATE ROLE %s LOGIN PASSWORD '%s' IN ROLE %s".formatted(name, PASSWORD, memberOf));
  }

  public String name() {
    return name;
  }

  public String url() {
    return db.cluster().url(db.name(), name, PASSWORD);
  }

  @Override
  public void close() {
    db.execute("DROP OWNED BY " + name, "DROP ROLE " + name);
  }
}
