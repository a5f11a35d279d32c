package dev.archivist.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What a torture has left in the database. */
final class Aftermath implements AutoCloseable {
  private final World world;
  private final Connection connection;

  Aftermath(World world) {
    this.world = world;
    connection = world.connect();
  }

  List<String> referencedKeys() throws SQLException {
    return texts(
            "SELECT s3_location FROM public.reports_archive"
                + " UNION SELECT location FROM archive.bin_objects"
                + " UNION SELECT location FROM archive.stray_objects")
        .stream()
        .map(ReportCheck::key)
        .toList();
  }

  void assertNothingLeftToDo() throws SQLException {
    for (Table table : Table.values()) {
      assertThat(world.db.archive().plan(table.policy()).rows())
          .as("old rows that are still live: " + table.live())
          .isZero();
    }
    assertThat(number("SELECT count(*) FROM archive.jobs WHERE status = 'running'"))
        .as("jobs that nobody closed")
        .isZero();
    assertThat(number("SELECT count(*) FROM archive.bin WHERE state = 'detaching'"))
        .as("months that are half way to the bin")
        .isZero();
    assertThat(
            texts(
                "SELECT file_path FROM public.reports_archive a WHERE NOT deleted_locally"
                    + " AND NOT EXISTS (SELECT FROM public.reports l"
                    + " WHERE l.file_path = a.file_path)"))
        .as("files of archived reports that were not deleted")
        .isEmpty();
  }

  void count(Statistics statistics) throws SQLException {
    statistics.count(
        "jobs closed as interrupted",
        number("SELECT count(*) FROM archive.jobs WHERE error_message LIKE 'interrupted%'"));
    statistics.count(
        "jobs failed", number("SELECT count(*) FROM archive.jobs WHERE status = 'failed'"));
    statistics.count("jobs", number("SELECT count(*) FROM archive.jobs"));
    statistics.count("batches", number("SELECT count(DISTINCT batch_id) FROM archive.batches"));
    for (Table table : Table.values()) {
      statistics.count(
          "rows archived of " + table.policy(),
          number(
              "SELECT coalesce(sum(source_rows), 0) FROM archive.batches WHERE rows > 0 AND policy = '"
                  + table.policy()
                  + "'"));
    }
    statistics.count(
        "months that came to the bin",
        number("SELECT count(*) FROM archive.bin WHERE binned_at IS NOT NULL"));
    statistics.count(
        "months taken back from the bin",
        number("SELECT count(*) FROM archive.bin WHERE state = 'restored'"));
    statistics.count(
        "month partitions",
        number(
            "SELECT count(*) FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE relkind = 'r'"));
  }

  private long number(String sql) throws SQLException {
    return Long.parseLong(texts(sql).get(0));
  }

  private List<String> texts(String sql) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql);
        ResultSet row = select.executeQuery()) {
      List<String> texts = new ArrayList<>();
      while (row.next()) {
        texts.add(row.getString(1));
      }
      return texts;
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
