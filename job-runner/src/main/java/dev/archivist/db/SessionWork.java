package dev.archivist.db;

import java.sql.Connection;
import java.sql.SQLException;

/** Work over a connection that a {@link Database} gives for as long as it takes. */
@FunctionalInterface
public interface SessionWork<T> {
  T run(Connection connection) throws SQLException;
}
