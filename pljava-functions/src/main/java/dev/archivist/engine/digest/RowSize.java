package dev.archivist.engine.digest;

import dev.archivist.engine.catalog.Column;
import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.sql.SqlText;
import java.util.List;

/**
 * The size of a row in bytes: what its values take, those of varying length in their {@link
 * ColumnEncoding}, a null nothing. {@code pg_column_size} of the row would tell how its values are
 * stored at the moment, compressed or not, and so differ between the live and the archive side.
 */
public final class RowSize {
  private RowSize() {}

  /** SQL for the size of one row; {@code alias} is where the columns are. */
  public static SqlText of(String alias, Columns columns) {
    List<SqlText> sizes = columns.list().stream().map(column -> size(alias, column)).toList();
    return SqlText.load("digest.size_of_row").with("sizes", SqlText.sum(sizes));
  }

  /** The same as the values are stored at the moment, compressed or not; they are not read. */
  public static SqlText stored(String alias, Columns columns) {
    List<SqlText> sizes = columns.list().stream().map(column -> stored(alias, column)).toList();
    return SqlText.load("digest.size_of_row").with("sizes", SqlText.sum(sizes));
  }

  private static SqlText stored(String alias, Column column) {
    return SqlText.load("digest.size_fixed")
        .with("value", SqlText.columns(alias, List.of(column.name())));
  }

  private static SqlText size(String alias, Column column) {
    return column.fixedWidth()
        ? SqlText.load("digest.size_fixed")
            .with("value", SqlText.columns(alias, List.of(column.name())))
        : SqlText.load("digest.size_varying")
            .with("form", ColumnEncoding.of(column).sql(alias, column));
  }
}
