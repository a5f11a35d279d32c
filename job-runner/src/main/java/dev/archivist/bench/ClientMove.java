package dev.archivist.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.StringJoiner;

/** What a client-side archiver does with one chunk, for comparison. */
final class ClientMove {
  private ClientMove() {}

  static long chunk(Connection connection, String columns, String old, int rows)
      throws SQLException {
    int count = columns.split(",").length;
    StringJoiner marks = new StringJoiner(", ", "(", ")");
    for (int i = 0; i < count; i++) {
      marks.add("?");
    }
    try (Statement select = connection.createStatement();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO public.scenario_logs_archive (" + columns + ") VALUES " + marks);
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM public.scenario_logs WHERE id = ?");
        ResultSet row =
            select.executeQuery(
                "SELECT "
                    + columns
                    + " FROM public.scenario_logs WHERE "
                    + old
                    + " ORDER BY received_at LIMIT "
                    + rows
                    + " FOR UPDATE")) {
      long moved = 0;
      while (row.next()) {
        for (int i = 1; i <= count; i++) {
          insert.setObject(i, row.getObject(i));
        }
        insert.addBatch();
        delete.setObject(1, row.getObject(1));
        delete.addBatch();
        moved++;
      }
      insert.executeBatch();
      delete.executeBatch();
      return moved;
    }
  }
}
