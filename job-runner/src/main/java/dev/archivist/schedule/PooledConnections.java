package dev.archivist.schedule;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.quartz.utils.ConnectionProvider;

/** Lets Quartz use the program's own pool; it does not own it. */
final class PooledConnections implements ConnectionProvider {
  private final DataSource pool;

  PooledConnections(DataSource pool) {
    this.pool = pool;
  }

  @Override
  public Connection getConnection() throws SQLException {
    return pool.getConnection();
  }

  @Override
  public void shutdown() {}

  @Override
  public void initialize() {}
}
