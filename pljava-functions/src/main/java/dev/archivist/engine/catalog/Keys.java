package dev.archivist.engine.catalog;

import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.QualifiedName;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** By what a table's rows are told apart, and what it asks of them. */
public final class Keys {
  private Keys() {}

  /** The columns of the primary key, in their order; none if the table has none. */
  public static List<Identifier> primary(Connection connection, QualifiedName table)
      throws SQLException {
    return columns(connection, table, true).values().stream().findFirst().orElse(List.of());
  }

  /**
   * Columns of a unique key of the table, all of them in the archive's primary key: rows of the
   * archive that agree in that key agree in these. None if there is no such key.
   */
  public static List<Identifier> shared(
      Connection connection, QualifiedName archive, QualifiedName table) throws SQLException {
    List<Identifier> primary = primary(connection, archive);
    return columns(connection, table, false).values().stream()
        .filter(primary::containsAll)
        .findFirst()
        .orElse(List.of());
  }

  private static Map<String, List<Identifier>> columns(
      Connection connection, QualifiedName table, boolean primaryOnly) throws SQLException {
    Map<String, List<Identifier>> keys = new LinkedHashMap<>();
    Query.named(connection, "catalog.key_columns")
        .bind(table.schema().name(), table.table().name())
        .bind(primaryOnly)
        .list(
            row ->
                keys.computeIfAbsent(row.getString("key"), any -> new ArrayList<>())
                    .add(new Identifier(row.getString("name"))));
    return keys;
  }

  /**
   * A unique index in SQL.
   *
   * @param name the index's name
   * @param keys what it indexes, of a row's columns, as {@code key_1}, {@code key_2}, …
   * @param same the condition that the key {@code coming} is the one of a row's columns
   * @param grouped {@code key_1, key_2, …} of {@code coming}
   * @param complete the condition that {@code coming} can meet another row at all
   * @param shown {@code coming} as people read it
   * @param predicate which rows it holds
   */
  public record Unique(
      String name,
      SqlText keys,
      SqlText same,
      SqlText grouped,
      SqlText complete,
      SqlText shown,
      SqlText predicate) {}

  /**
   * A constraint in SQL.
   *
   * @param name its name
   * @param violated the condition that the row {@code coming} would be refused
   * @param shown what of {@code coming} it is about, as people read it
   * @param refersTo the table that it refers to, if it is a foreign key
   * @param column the column that may not be null, if it says that
   * @param isOfBoth whether the other table has all its columns
   */
  public record Constraint(
      String name,
      SqlText violated,
      SqlText shown,
      Optional<QualifiedName> refersTo,
      Optional<Identifier> column,
      boolean isOfBoth) {
    /** The statement that takes it from the table. */
    public String relaxed(QualifiedName table) {
      return "ALTER TABLE "
          + table.sql()
          + column
              .map(name -> " ALTER COLUMN " + name.sql() + " DROP NOT NULL;")
              .orElseGet(() -> " DROP CONSTRAINT " + new Identifier(name).sql() + ";");
    }
  }

  /**
   * What the table asks of a row besides unique keys; what the archive asks already is left out.
   */
  public static List<Constraint> constraints(
      Connection connection, QualifiedName table, QualifiedName archive) throws SQLException {
    return Query.named(connection, "catalog.constraints")
        .bind(table.schema().name(), table.table().name())
        .bind(archive.schema().name(), archive.table().name())
        .list(
            row ->
                new Constraint(
                    row.getString("name"),
                    SqlText.ofCatalogue(row.getString("violated")),
                    SqlText.ofCatalogue(row.getString("shown")),
                    row.getString("refers_to_table") == null
                        ? Optional.empty()
                        : Optional.of(
                            QualifiedName.of(
                                row.getString("refers_to_schema"),
                                row.getString("refers_to_table"))),
                    Optional.ofNullable(row.getString("not_null")).map(Identifier::new),
                    row.getBoolean("is_of_both")));
  }

  /** Every unique index. */
  public static List<Unique> unique(Connection connection, QualifiedName table)
      throws SQLException {
    return Query.named(connection, "catalog.unique_keys")
        .bind(table.schema().name(), table.table().name())
        .list(
            row ->
                new Unique(
                    row.getString("name"),
                    SqlText.ofCatalogue(row.getString("keys")),
                    SqlText.ofCatalogue(row.getString("same")),
                    SqlText.ofCatalogue(row.getString("grouped")),
                    SqlText.ofCatalogue(row.getString("complete")),
                    SqlText.ofCatalogue(row.getString("shown")),
                    SqlText.ofCatalogue(row.getString("predicate"))));
  }
}
