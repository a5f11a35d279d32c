package dev.archivist.engine.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * SQL text, loaded by name from the engine's jar, whose {@code {placeholders}} are filled with
 * quoted identifiers or with other SQL text, never with values: values are bound.
 */
public final class SqlText implements SqlPart {
  private final String text;

  private SqlText(String text) {
    this.text = text;
  }

  /**
   * The file {@code <name>.sql} beside this class, without its comment lines.
   *
   * @throws IllegalStateException if the jar lacks it
   */
  public static SqlText load(String name) {
    try (InputStream in = SqlText.class.getResourceAsStream(name + ".sql")) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks the SQL file " + name);
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new SqlText(
          text.lines()
              .filter(line -> !line.stripLeading().startsWith("--"))
              .collect(Collectors.joining("\n"))
              .strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fills a placeholder. */
  public SqlText with(String placeholder, SqlPart part) {
    String braced = "{" + placeholder + "}";
    if (!text.contains(braced)) {
      throw new IllegalArgumentException("the SQL text has no placeholder " + braced);
    }
    return new SqlText(text.replace(braced, part.sql()));
  }

  /** Columns separated by commas, each behind the alias if there is one: {@code a."x", a."y"}. */
  public static SqlText columns(String alias, Collection<Identifier> columns) {
    return list(columns, column -> dotted(alias, column));
  }

  /** The condition that two aliases have the same values in the columns. */
  public static SqlText equal(String left, String right, Collection<Identifier> columns) {
    return new SqlText(
        columns.stream()
            .map(column -> dotted(left, column) + " = " + dotted(right, column))
            .collect(Collectors.joining(" AND ")));
  }

  /** Parts separated by commas. */
  public static SqlText join(Collection<SqlText> parts) {
    return list(parts, SqlText::sql);
  }

  /** A function's name, as the catalogue quotes it with {@code format('%I.%I')}. */
  public static SqlText function(String quotedName) {
    return new SqlText(quotedName);
  }

  private static String dotted(String alias, Identifier column) {
    return alias.isEmpty() ? column.sql() : alias + "." + column.sql();
  }

  private static <T> SqlText list(Collection<T> items, Function<T, String> each) {
    return new SqlText(items.stream().map(each).collect(Collectors.joining(", ")));
  }

  static SqlText of(String text) {
    return new SqlText(text);
  }

  @Override
  public String sql() {
    return text;
  }

  @Override
  public String toString() {
    return text;
  }
}
