package dev.archivist.engine.digest;

import dev.archivist.engine.catalog.Column;
import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.sql.SqlText;
import java.util.ArrayList;
import java.util.List;

/**
 * The size of a row in bytes: what its values take, those of varying length in their {@link
 * ColumnEncoding}, a null nothing. {@code pg_column_size} of the row would tell how its values are
 * stored at the moment, compressed or not, and so differ between the live and the archive side.
 */
public final class RowSize {
  /** See https://www.postgresql.org/docs/15/storage-page-layout.html, Table 73.4. */
  private static final int ROW_HEADER = 24;

  private RowSize() {}

  /** SQL for the size of one row; {@code alias} is where the columns are. */
  public static SqlText of(String alias, Columns columns) {
    List<SqlText> sizes = columns.list().stream().map(column -> size(alias, column)).toList();
    return SqlText.load("digest.size_of_row").with("sizes", SqlText.sum(sizes));
  }

  /**
   * About what a row takes at the moment, its values compressed or not; those that are stored apart
   * are not read. Values of fixed width count eight bytes each.
   */
  public static SqlText stored(String alias, Columns columns) {
    List<SqlText> sizes = new ArrayList<>();
    sizes.add(SqlText.number(ROW_HEADER + 8L * columns.list().size()));
    columns.list().stream()
        .filter(column -> !column.fixedWidth())
        .forEach(column -> sizes.add(stored(alias, column)));
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
