package dev.archivist.engine.policy;

import dev.archivist.engine.catalog.Column;
import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The value that a roll-up adds up, by its type: as an exact number, and apart from it what is no
 * finite number. Such a sample is counted in a column of the archive's; where there is none, it
 * stays live.
 *
 * @param live its column in the live table
 */
record SampledValue(Column live) {
  private static final List<String> INTEGERS = List.of("int2", "int4", "int8");
  private static final Set<String> FLOATS = Set.of("float4", "float8");

  /**
   * See https://www.postgresql.org/docs/15/datatype-numeric.html: digits, and those after the
   * point.
   */
  private static final Pattern NUMERIC = Pattern.compile("numeric(?:\\((\\d+),(-?\\d+)\\))?");

  static final Identifier SUM = new Identifier("value_sum");
  static final List<Identifier> EXTREMES =
      List.of(new Identifier("value_min"), new Identifier("value_max"));

  /** What a value can be that is no finite number. */
  enum Other {
    NAN("nan", "NaN"),
    INFINITY("infinity", "Infinity"),
    MINUS_INFINITY("minus_infinity", "-Infinity");

    /** Its name, in {@code rollup.sql} and before {@code _count}. */
    final String label;

    /** As PostgreSQL writes it. */
    final String text;

    Other(String label, String text) {
      this.label = label;
      this.text = text;
    }

    /** The archive's column that counts such samples; null where a value has none. */
    Identifier count() {
      return new Identifier(label + "_count");
    }
  }

  /** Whether samples of this type can be added up. */
  boolean isNumber() {
    return !live.ofMany() && (isInteger() || isFloat() || "numeric".equals(live.element()));
  }

  private boolean isInteger() {
    return INTEGERS.contains(String.valueOf(live.element()));
  }

  private boolean isFloat() {
    return FLOATS.contains(String.valueOf(live.element()));
  }

  /** SQL for the value as an exact number, or as what is no finite one; {@code alias} has it. */
  SqlText number(String alias) {
    return SqlText.load(isFloat() ? "rollup.shortest" : "rollup.exact")
        .with("value", SqlText.columns(alias, List.of(live.name())));
  }

  /** As {@link #number}, but fails for a sample that this archive has no column to count. */
  SqlText countedNumber(String alias, Columns archive) {
    List<Other> uncounted = uncounted(archive);
    return uncounted.isEmpty()
        ? number(alias)
        : SqlText.load("rollup.countable")
            .with("number", number(alias))
            .with(
                "uncounted", SqlText.join(uncounted.stream().map(SampledValue::literal).toList()));
  }

  private static SqlText literal(Other other) {
    return SqlText.load("rollup." + other.label);
  }

  /** What the archive has a column to count. */
  static List<Other> counted(Columns archive) {
    return List.of(Other.values()).stream()
        .filter(other -> archive.named(other.count()).isPresent())
        .toList();
  }

  /** What the value can be, and the archive cannot count. */
  List<Other> uncounted(Columns archive) {
    return isInteger()
        ? List.of()
        : List.of(Other.values()).stream()
            .filter(other -> archive.named(other.count()).isEmpty())
            .toList();
  }

  /** SQL for the mean of finite samples, from their exact sum and their number. */
  SqlText average(SqlText sum, SqlText count) {
    String type = String.valueOf(live.element());
    return SqlText.load(
            type.equals("float4")
                ? "rollup.average_of_real"
                : type.equals("float8") ? "rollup.average_of_double" : "rollup.average")
        .with("sum", sum)
        .with("count", count);
  }

  /** Why its values cannot be kept exactly. */
  List<Refusal> refusals(PolicyTable table, Columns archive) {
    if (!isNumber()) {
      return List.of(
          new Refusal(
              "column " + live.name() + " of " + table.source() + " is " + live.type(),
              "samples of this type cannot be added up exactly",
              "Name a column of type smallint, integer, bigint, numeric, real or double precision."));
    }
    List<Refusal> refusals = new ArrayList<>();
    archive
        .named(SUM)
        .filter(sum -> !holdsSum(sum))
        .ifPresent(sum -> refusals.add(inexact(table, sum, "numeric")));
    for (Identifier extreme : EXTREMES) {
      archive
          .named(extreme)
          .filter(kept -> !holds(kept))
          .ifPresent(kept -> refusals.add(inexact(table, kept, live.type())));
    }
    return refusals;
  }

  private Refusal inexact(PolicyTable table, Column kept, String type) {
    return new Refusal(
        "column " + kept.name() + " of " + table.archive() + " is " + kept.type(),
        "values of type " + live.type() + " would lose digits in it",
        "ALTER TABLE "
            + table.archive().sql()
            + " ALTER COLUMN "
            + kept.name().sql()
            + " TYPE "
            + type
            + ";");
  }

  private boolean holdsSum(Column sum) {
    return isFloat() ? sum.type().equals("numeric") : holds(sum);
  }

  private boolean holds(Column kept) {
    if (kept.type().equals(live.type())) {
      return true;
    }
    if (isFloat()) {
      return live.element().equals("float4") && kept.type().equals("double precision");
    }
    if (isInteger() && INTEGERS.contains(kept.baseType())) {
      return INTEGERS.indexOf(kept.baseType()) >= INTEGERS.indexOf(live.element());
    }
    Optional<Integer> digits = digitsAfterPoint(kept);
    return kept.type().equals("numeric")
        || digits.isPresent()
            && (isInteger() || digits.get() >= digitsAfterPoint(live).orElse(Integer.MAX_VALUE));
  }

  private static Optional<Integer> digitsAfterPoint(Column column) {
    Matcher numeric = NUMERIC.matcher(column.type());
    return numeric.matches()
        ? Optional.ofNullable(numeric.group(2)).map(Integer::valueOf)
        : Optional.empty();
  }
}
