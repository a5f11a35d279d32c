package dev.archivist.engine.catalog;

import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.QualifiedName;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The columns of a table in their order, without dropped ones. */
public record Columns(List<Column> list) {
  public Columns {
    list = List.copyOf(list);
  }

  /** Reads the catalogue; empty for a table that is not there. */
  public static Columns of(Connection connection, QualifiedName table) throws SQLException {
    SqlText text =
        SqlText.load("catalog.columns")
            .with("columns_of_relations", SqlText.load("catalog.columns_of_relations"));
    return new Columns(
        Query.of(connection, text)
            .bind(table.schema().name(), table.table().name())
            .list(Columns::read));
  }

  /** Reads a column from the values {@code a} to {@code m} of a row. */
  public static Column read(ResultSet row) throws SQLException {
    return new Column(
        new Identifier(row.getString("a")),
        row.getString("b"),
        row.getString("c"),
        row.getString("d"),
        Boolean.parseBoolean(row.getString("e")),
        Boolean.parseBoolean(row.getString("f")),
        row.getString("g"),
        row.getString("h"),
        Boolean.parseBoolean(row.getString("i")),
        Boolean.parseBoolean(row.getString("j")),
        Boolean.parseBoolean(row.getString("k")),
        Equality.ofType(row.getString("l"), row.getString("m")));
  }

  public Optional<Column> named(Identifier name) {
    return list.stream().filter(column -> column.name().equals(name)).findFirst();
  }

  public List<Identifier> names() {
    return list.stream().map(Column::name).toList();
  }

  /** The condition that two aliases have the same values in all of them. */
  public SqlText equal(String left, String right) {
    return SqlText.joined(
        " AND ",
        list.stream()
            .map(
                column ->
                    column
                        .equality()
                        .between(
                            SqlText.columns(left, List.of(column.name())),
                            SqlText.columns(right, List.of(column.name()))))
            .toList());
  }

  /** Names of those that an INSERT gives values to: the database computes the generated ones. */
  public List<Identifier> written() {
    return list.stream().filter(column -> !column.generated()).map(Column::name).toList();
  }

  /** The named columns in the order of the names; those that are not there are left out. */
  public Columns only(List<Identifier> names) {
    return new Columns(names.stream().flatMap(name -> named(name).stream()).toList());
  }

  /** These columns without the named ones. */
  public Columns without(List<Identifier> names) {
    return new Columns(list.stream().filter(column -> !names.contains(column.name())).toList());
  }
}
