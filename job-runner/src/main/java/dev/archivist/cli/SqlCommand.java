package dev.archivist.cli;

import dev.archivist.db.Database;
import dev.archivist.db.PlainQuery;
import dev.archivist.document.Json;
import dev.archivist.document.SqlCount;
import dev.archivist.document.SqlRow;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A plain query: a fresh machine has no psql. */
@Command(
    name = "sql",
    mixinStandardHelpOptions = true,
    header = "Run SQL on the configured database.",
    description =
        "Run SQL on the configured database; without QUERY it is read from standard " + "input.")
final class SqlCommand extends ConfiguredCommand {
  @Parameters(arity = "0..1", paramLabel = "QUERY", description = "one or more statements")
  String query;

  @Option(names = "--json", description = "print rows as JSON")
  boolean json;

  @Override
  public Integer call() {
    String sql = query == null ? standardInput() : query;
    if (sql.isBlank()) {
      throw new ArchiveFailure(
          ArchiveError.USAGE,
          "there is no query",
          "Give one, or pipe it in: archivist sql < file.");
    }
    try (Database database = Database.open(settings())) {
      PlainQuery.run(database, sql, json ? new AsJson() : new AsTable(out()));
    }
    return 0;
  }

  private static String standardInput() {
    try {
      return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new ArchiveFailure(
          ArchiveError.USAGE, "standard input cannot be read", "Give the query as argument.", e);
    }
  }

  /** Prints results as aligned tables, a thousand rows at a time. */
  private static final class AsTable implements PlainQuery.Output {
    private static final int CHUNK = 1000;

    private final PrintWriter out;
    private List<String> names = List.of();
    private List<List<String>> rows = new ArrayList<>();

    AsTable(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void columns(List<String> columnNames) {
      names = columnNames;
    }

    @Override
    public void row(List<String> values) {
      rows.add(values.stream().map(value -> value == null ? "" : value).toList());
      if (rows.size() == CHUNK) {
        flush();
      }
    }

    @Override
    public void end(long count, boolean hadColumns) {
      if (hadColumns) {
        if (!rows.isEmpty() || count == 0) {
          flush();
        }
        out.println("(" + count + (count == 1 ? " row)" : " rows)"));
      } else {
        out.println("OK, " + count + (count == 1 ? " row" : " rows"));
      }
      out.flush();
    }

    private void flush() {
      TextTable table = new TextTable(names.toArray(String[]::new));
      rows.forEach(table::row);
      table.print(out);
      rows = new ArrayList<>();
    }
  }

  /** Prints an array of rows, each an object, for every statement. */
  private final class AsJson implements PlainQuery.Output {
    private List<String> names = List.of();
    private boolean first;

    @Override
    public void columns(List<String> columnNames) {
      names = columnNames;
      first = true;
    }

    @Override
    public void row(List<String> values) {
      Map<String, String> row = new LinkedHashMap<>();
      for (int i = 0; i < names.size(); i++) {
        row.put(names.get(i), values.get(i));
      }
      out().println(first ? "[" : ",");
      out().print("  " + Json.line(new SqlRow(row)));
      first = false;
    }

    @Override
    public void end(long count, boolean hadColumns) {
      if (hadColumns) {
        printText(count == 0 ? "[ ]" : "\n]");
      } else {
        printJson(new SqlCount(count));
      }
    }
  }
}
