package dev.archivist.engine.catalog;

import dev.archivist.engine.sql.SqlText;
import java.util.Objects;

/**
 * How two values compare. An operator that is looked for by its name may be another one of that
 * name, so what is not PostgreSQL's own, or has operands of two types, is written out.
 *
 * @param operator {@code =}, or {@code OPERATOR(schema.name)}
 * @param leftCast what stands behind the left operand, {@code ::schema.type}; may be empty
 * @param rightCast what stands behind the right one, and behind that a collation; may be empty
 */
public record Equality(String operator, String leftCast, String rightCast) {
  public Equality {
    Objects.requireNonNull(leftCast);
    Objects.requireNonNull(rightCast);
  }

  /**
   * Of two values of one type.
   *
   * @param operator as the catalogue writes it; null for PostgreSQL's own types
   * @param cast to the type under the type's domains; may be empty
   */
  static Equality ofType(String operator, String cast) {
    return operator == null ? new Equality("=", "", "") : new Equality(operator, cast, cast);
  }

  /** The condition. */
  public SqlText between(SqlText left, SqlText right) {
    return SqlText.load("catalog.equal")
        .with("left", left)
        .with("left_cast", SqlText.ofCatalogue(leftCast))
        .with("operator", SqlText.ofCatalogue(operator))
        .with("right", right)
        .with("right_cast", SqlText.ofCatalogue(rightCast));
  }
}
