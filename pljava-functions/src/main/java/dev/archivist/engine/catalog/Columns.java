package dev.archivist.engine.catalog;

import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.QualifiedName;
import dev.archivist.engine.sql.Query;
import java.sql.Connection;
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
    return new Columns(
        Query.named(connection, "catalog.columns")
            .bind(table.schema().name(), table.table().name())
            .list(
                row ->
                    new Column(
                        new Identifier(row.getString("name")),
                        row.getString("type"),
                        row.getString("base_type"),
                        row.getString("element"),
                        row.getBoolean("of_many"),
                        row.getBoolean("fixed_width"),
                        row.getString("send_function"),
                        row.getString("output_function"),
                        row.getBoolean("nullable"),
                        row.getBoolean("generated"),
                        row.getBoolean("has_default"))));
  }

  public Optional<Column> named(Identifier name) {
    return list.stream().filter(column -> column.name().equals(name)).findFirst();
  }

  public List<Identifier> names() {
    return list.stream().map(Column::name).toList();
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
