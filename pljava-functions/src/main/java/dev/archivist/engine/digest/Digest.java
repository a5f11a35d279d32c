package dev.archivist.engine.digest;

import dev.archivist.engine.catalog.Column;
import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.sql.SqlText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The content digest of rows: two 64-bit hashes of each row, summed. The sum does not depend on the
 * order of the rows, can be added to and subtracted from, and is the same on the live and on the
 * archive side.
 *
 * <p>One row's hash is {@code hashint4extended(s, hash_record_extended(ROW(columns), s))}. The
 * inner hash is linear in the columns, so that swapping values between two rows would not change a
 * sum of it; the outer one takes it as its seed, because that is where PostgreSQL uses all 64 bits
 * of an integer (hashing an int8 it first folds both halves into one).
 *
 * <p>Columns are put in their {@link ColumnEncoding}, the last one first: nulls at the front count
 * for nothing, so that a column added later leaves the hashes of older rows as they are.
 */
public final class Digest {
  private Digest() {}

  /** First hash of one row; {@code alias} is where the columns are. */
  public static SqlText first(String alias, Columns columns) {
    return SqlText.load("digest.a").with("row", row(alias, columns));
  }

  /** Second hash of one row. */
  public static SqlText second(String alias, Columns columns) {
    return SqlText.load("digest.b").with("row", row(alias, columns));
  }

  /**
   * As {@link #first(String, Columns)}.
   *
   * @param there the columns that the row has; it is null in the others
   */
  public static SqlText first(String alias, Columns columns, Columns there) {
    return SqlText.load("digest.a").with("row", row(alias, columns, there));
  }

  /** As {@link #first(String, Columns, Columns)}, the second hash. */
  public static SqlText second(String alias, Columns columns, Columns there) {
    return SqlText.load("digest.b").with("row", row(alias, columns, there));
  }

  private static SqlText row(String alias, Columns columns) {
    return row(alias, columns, columns);
  }

  private static SqlText row(String alias, Columns columns, Columns there) {
    List<SqlText> forms = new ArrayList<>();
    for (Column column : columns.list()) {
      forms.add(
          there.named(column.name()).isPresent()
              ? ColumnEncoding.of(column).sql(alias, column)
              : SqlText.load("digest.form_none"));
    }
    Collections.reverse(forms);
    return SqlText.join(forms);
  }
}
