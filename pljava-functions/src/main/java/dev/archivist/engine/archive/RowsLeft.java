package dev.archivist.engine.archive;

import dev.archivist.engine.sql.Query;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * Rows that a job left live although they were old enough and not held.
 *
 * @param rows how many rows of the root
 * @param named some of them, each with the reason, for people to read
 */
public record RowsLeft(long rows, List<String> named) {
  /** None, as of a job that has no rows. */
  public static final RowsLeft NONE = new RowsLeft(0, List.of());

  private static final int SHOWN = 20;

  private record Left(long rows, String row) {}

  public RowsLeft {
    named = List.copyOf(named);
  }

  /** Those of a job that has come to its end. */
  public static RowsLeft of(Connection connection, UUID job) throws SQLException {
    List<Left> left =
        Query.named(connection, "batch.left_of_job")
            .bind(job.toString(), SHOWN)
            .list(row -> new Left(row.getLong("rows"), row.getString("row")));
    return new RowsLeft(
        left.stream().mapToLong(Left::rows).max().orElse(0),
        left.stream().map(Left::row).filter(Objects::nonNull).toList());
  }
}
