package dev.archivist.engine.plan;

import dev.archivist.engine.sql.SqlText;
import java.util.List;
import java.util.Set;

/**
 * The content digest of rows: two 64-bit hashes of each row, summed. The sum does not depend on the
 * order of the rows, can be added to and subtracted from, and is the same on the live and on the
 * archive side.
 *
 * <p>One row's hash is {@code hashint8extended(hash_record_extended(ROW(columns), s), s + 1)}; the
 * outer hash is needed because the inner one is linear in the columns, so that swapping values
 * between two rows would not change a sum. Columns are put in a form whose hash knows every
 * difference of content and no setting of the session: text under collation C, and types whose
 * equality is coarser than their content (numeric 1.0 and 1.00, float 0 and -0) or that cannot be
 * hashed (json) in their binary output.
 */
public final class Digest {
  private static final Set<String> HASHED_AS_THEY_ARE =
      Set.of(
          "bool",
          "bytea",
          "date",
          "int2",
          "int4",
          "int8",
          "oid",
          "time",
          "timestamp",
          "timestamptz",
          "uuid");
  private static final Set<String> TEXT = Set.of("text", "varchar", "bpchar", "name");

  private Digest() {}

  /** First hash of one row; {@code alias} is where the columns are. */
  public static SqlText first(String alias, Columns columns) {
    return SqlText.load("digest_a").with("row", row(alias, columns));
  }

  /** Second hash of one row. */
  public static SqlText second(String alias, Columns columns) {
    return SqlText.load("digest_b").with("row", row(alias, columns));
  }

  private static SqlText row(String alias, Columns columns) {
    List<SqlText> forms =
        columns.list().stream()
            .map(
                column -> {
                  SqlText value = SqlText.columns(alias, List.of(column.name()));
                  if (HASHED_AS_THEY_ARE.contains(column.baseType())) {
                    return value;
                  }
                  if (TEXT.contains(column.baseType())) {
                    return SqlText.load("form_text").with("value", value);
                  }
                  return SqlText.load("form_binary")
                      .with("value", value)
                      .with("send", SqlText.function(column.sendFunction()));
                })
            .toList();
    return SqlText.join(forms);
  }
}
