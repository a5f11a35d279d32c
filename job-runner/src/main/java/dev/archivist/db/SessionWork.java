package dev.archivist.db;

import java.sql.Connection;
import java.sql.SQLException;

/** Work in a session of {@link Database#inSession}. */
@FunctionalInterface
public interface SessionWork<T> {
  T run(Connection connection) throws SQLException;
}
