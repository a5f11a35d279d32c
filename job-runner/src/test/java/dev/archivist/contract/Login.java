package dev.archivist.contract;

import dev.archivist.config.DatabaseUrl;
import dev.archivist.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

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

  /** A plain session, with the settings of the database. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(DatabaseUrl.parse(url()).jdbcUrl(), name, PASSWORD);
  }

  @Override
  public void close() {
    db.execute("DROP OWNED BY " + name, "DROP ROLE " + name);
  }
}
