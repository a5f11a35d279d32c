package dev.archivist.bench;

import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** What a client-side archiver does with one chunk, for comparison. */
record ClientMove(SqlText select, SqlText insert, SqlText delete) {

  long chunk(Connection connection, int rows) throws SQLException {
    try (PreparedStatement selecting = connection.prepareStatement(select.sql());
        PreparedStatement inserting = connection.prepareStatement(insert.sql());
        PreparedStatement deleting = connection.prepareStatement(delete.sql())) {
      selecting.setInt(1, rows);
      long moved = 0;
      try (ResultSet row = selecting.executeQuery()) {
        int columns = row.getMetaData().getColumnCount();
        while (row.next()) {
          for (int i = 1; i <= columns; i++) {
            inserting.setObject(i, row.getObject(i));
          }
          inserting.addBatch();
          deleting.setObject(1, row.getObject(1));
          deleting.addBatch();
          moved++;
        }
      }
      inserting.executeBatch();
      deleting.executeBatch();
      return moved;
    }
  }
}
