package dev.archivist.contract;

import dev.archivist.testing.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Values of one type, no two of which have the same content; many are equal to PostgreSQL. They are
 * in {@code every-type.txt}.
 *
 * @param name a column's name
 * @param type its type
 * @param values SQL expressions
 */
record TypedValues(String name, String type, List<String> values) {
  private static final Pattern LINE = Pattern.compile("(\\w+): (.+?) = (.+)");
  private static final Pattern EXTENSION = Pattern.compile("types\\.(hstore|citext|ltree|cube)");

  private static final String[] DEFINITIONS = {
    "CREATE SCHEMA types",
    "GRANT USAGE ON SCHEMA types TO PUBLIC",
    "CREATE TYPE types.mood AS ENUM ('sad', 'ok', 'schön', '')",
    "CREATE TYPE types.part AS (words text, amount numeric, at timestamptz, share float8)",
    "CREATE TYPE types.whole AS (first types.part, rest types.part[], mood types.mood)",
    "CREATE TYPE types.words AS RANGE (subtype = text, collation = \"C\")",
    "CREATE DOMAIN types.name_of AS text",
    "CREATE DOMAIN types.name_of_name AS types.name_of CHECK (value <> 'no')",
    "CREATE DOMAIN types.amount AS numeric",
    "CREATE DOMAIN types.total AS bigint",
    "CREATE DOMAIN types.piece AS types.part",
    "CREATE DOMAIN types.names AS text[]",
    "CREATE DOMAIN types.moment AS timestamptz",
    "CREATE DOMAIN types.temper AS types.mood",
    "CREATE DOMAIN types.good_temper AS types.temper CHECK (value::types.mood <> 'sad')"
  };

  /**
   * Makes a table with a column of each type that can be had here, and in it one row for each value
   * of each, the other columns null, and one that is all null; the time is the same in all of them.
   */
  static void fill(TestDatabase db, String table) {
    List<TypedValues> columns = all(db);
    List<String> statements = new ArrayList<>();
    statements.add("SET search_path = pg_catalog, types");
    statements.add(
        "CREATE TABLE public.%s (at timestamptz NOT NULL DEFAULT '2020-01-31 23:59:59.999999Z', %s)"
            .formatted(
                table,
                columns.stream()
                    .map(column -> column.name() + " " + column.type())
                    .collect(Collectors.joining(", "))));
    statements.add("INSERT INTO public." + table + " DEFAULT VALUES");
    for (TypedValues column : columns) {
      for (String value : column.values()) {
        statements.add(
            "INSERT INTO public.%s (%s) VALUES (%s)".formatted(table, column.name(), value));
      }
    }
    db.execute(statements.toArray(String[]::new));
  }

  private static List<TypedValues> all(TestDatabase db) {
    if (db.value("SELECT to_regnamespace('types')") == null) {
      db.execute(DEFINITIONS);
    }
    return read().stream().filter(column -> column.canBeHad(db)).toList();
  }

  private static List<TypedValues> read() {
    try (InputStream in = TypedValues.class.getResourceAsStream("every-type.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(LINE::matcher)
          .filter(Matcher::matches)
          .map(m -> new TypedValues(m.group(1), m.group(2), List.of(m.group(3).split(" ;; "))))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes the extension or the collation that the type needs; false if it is not to be had. */
  private boolean canBeHad(TestDatabase db) {
    Matcher extension = EXTENSION.matcher(type);
    if (extension.lookingAt()) {
      return makes(
          db,
          "SELECT count(*) FROM pg_available_extensions WHERE name = '" + extension.group(1) + "'",
          "CREATE EXTENSION IF NOT EXISTS " + extension.group(1) + " SCHEMA types");
    }
    return !type.contains("types.loose")
        || makes(
            db,
            "SELECT count(*) FROM pg_collation WHERE collprovider = 'i'",
            "CREATE COLLATION IF NOT EXISTS types.loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false)");
  }

  private static boolean makes(TestDatabase db, String count, String create) {
    boolean there = db.number(count) > 0;
    if (there) {
      db.execute(create);
    }
    return there;
  }
}
