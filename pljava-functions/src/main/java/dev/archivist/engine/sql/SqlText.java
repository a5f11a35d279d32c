package dev.archivist.engine.sql;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * SQL text, loaded by name from {@link SqlFiles}, whose placeholders are filled with quoted
 * identifiers or with other SQL text, never with values: values are bound. A placeholder is written
 * as a quoted identifier, {@code "{archive}"}, so that an editor can read the statement as it
 * stands; one that stands for a whole clause, as a comment.
 */
public final class SqlText implements SqlPart {
  private static final SqlFiles ENGINE = new SqlFiles(SqlText.class, "");

  private static final Pattern PLACEHOLDER =
      Pattern.compile("\"\\{([a-z_0-9]+)\\}\"|/\\* \\{([a-z_0-9]+)\\} \\*/");

  /**
   * A piece of the text. What was filled in is never looked at again: a column may be called {@code
   * {source}}.
   */
  private record Piece(String text, boolean isPlaceholder) {}

  private final List<Piece> pieces;

  private SqlText(List<Piece> pieces) {
    this.pieces = List.copyOf(pieces);
  }

  private SqlText(String text) {
    this(List.of(new Piece(text, false)));
  }

  /**
   * The statement of the engine, or part of one, {@code noun.name}; see {@link SqlFiles}.
   *
   * @throws EngineIncomplete if the jar lacks the file
   */
  public static SqlText load(String name) {
    return ENGINE.text(name);
  }

  static SqlText parse(String text) {
    List<Piece> pieces = new ArrayList<>();
    Matcher matcher = PLACEHOLDER.matcher(text);
    int end = 0;
    while (matcher.find()) {
      pieces.add(new Piece(text.substring(end, matcher.start()), false));
      pieces.add(new Piece(matcher.group(1) == null ? matcher.group(2) : matcher.group(1), true));
      end = matcher.end();
    }
    pieces.add(new Piece(text.substring(end), false));
    return new SqlText(pieces);
  }

  /** Fills a placeholder, wherever it stands in the text. What the part leaves open stays open. */
  public SqlText with(String placeholder, SqlPart part) {
    Piece open = new Piece(placeholder, true);
    if (!pieces.contains(open)) {
      throw new IllegalArgumentException("the SQL text has no placeholder {" + placeholder + "}");
    }
    List<Piece> filled =
        part instanceof SqlText text
            ? text.pieces
            : List.of(new Piece(DriverSyntax.expression(part.sql()), false));
    return new SqlText(
        pieces.stream()
            .flatMap(piece -> piece.equals(open) ? filled.stream() : Stream.of(piece))
            .toList());
  }

  /** Columns separated by commas, each after the alias if there is one: {@code a."x", a."y"}. */
  public static SqlText columns(String alias, Collection<Identifier> columns) {
    return list(columns, column -> dotted(alias, column));
  }

  /** Parts with a separator between them, which is SQL of the caller's own. */
  public static SqlText joined(String separator, Collection<SqlText> parts) {
    List<Piece> pieces = new ArrayList<>();
    for (SqlText part : parts) {
      if (!pieces.isEmpty()) {
        pieces.add(new Piece(separator, false));
      }
      pieces.addAll(part.pieces);
    }
    return new SqlText(pieces);
  }

  /** Parts separated by commas. */
  public static SqlText join(Collection<SqlText> parts) {
    return list(parts, SqlText::sql);
  }

  /** The sum of the parts. */
  public static SqlText sum(Collection<SqlText> parts) {
    return new SqlText(parts.stream().map(SqlText::sql).collect(Collectors.joining(" + ")));
  }

  /** A number. */
  public static SqlText number(long number) {
    return new SqlText(Long.toString(number));
  }

  /** True or false. */
  public static SqlText truth(boolean value) {
    return new SqlText(Boolean.toString(value));
  }

  /** A name that the statement itself gives to a table. */
  public static SqlText alias(String name) {
    return new SqlText(name);
  }

  /** A function's name, as the catalogue quotes it with {@code format('%I.%I')}. */
  public static SqlText function(String quotedName) {
    return new SqlText(DriverSyntax.expression(quotedName));
  }

  /** An expression of an index, or a whole statement, as the catalogue writes it. */
  public static SqlText ofCatalogue(String sql) {
    return new SqlText(DriverSyntax.expression(sql));
  }

  private static String dotted(String alias, Identifier column) {
    String name = DriverSyntax.name(column.sql());
    return alias.isEmpty() ? name : alias + "." + name;
  }

  private static <T> SqlText list(Collection<T> items, Function<T, String> each) {
    return new SqlText(items.stream().map(each).collect(Collectors.joining(", ")));
  }

  static SqlText of(String text) {
    return new SqlText(text);
  }

  /**
   * The whole text.
   *
   * @throws IllegalStateException if a placeholder was not filled
   */
  @Override
  public String sql() {
    StringBuilder text = new StringBuilder();
    for (Piece piece : pieces) {
      if (piece.isPlaceholder()) {
        throw new IllegalStateException("nothing fills the placeholder {" + piece.text() + "}");
      }
      text.append(piece.text());
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return sql();
  }
}
