package dev.archivist.engine.job;

import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.sql.Query;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** How a job finds old rows, and how far it has come. */
public sealed interface Scan {
  /**
   * Rows older than this cannot be placed in a month named by four digits; like NULL and infinite
   * times they are reported and stay where they are.
   */
  OffsetDateTime EARLIEST = OffsetDateTime.of(1, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

  /** The name as {@code archive.job_progress.walk} has it. */
  String name();

  /**
   * Along an index that begins with the time column, oldest first.
   *
   * @param position rows before this instant were taken; going on from it keeps each batch from
   *     stepping over the dead index entries of all earlier ones
   */
  record Index(OffsetDateTime position) implements Scan {
    @Override
    public String name() {
      return "index";
    }
  }

  /**
   * Through the table's blocks in physical order; it needs no index and reads the table once.
   *
   * @param position first block of the next batch
   * @param end the table's number of blocks when the job began
   */
  record Blocks(long position, long end) implements Scan {
    @Override
    public String name() {
      return "blocks";
    }
  }

  /** The walk for a policy's live table, at its beginning. */
  static Scan start(Connection connection, Policy policy) throws SQLException {
    return Query.named(connection, "job.scan")
        .bind(policy.time().name())
        .bind(policy.source().schema().name(), policy.source().table().name())
        .one(
            row ->
                row.getBoolean("indexed")
                    ? new Index(EARLIEST)
                    : new Blocks(0, row.getLong("blocks")));
  }
}
