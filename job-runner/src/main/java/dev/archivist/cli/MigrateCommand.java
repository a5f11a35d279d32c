package dev.archivist.cli;

import dev.archivist.db.Database;
import dev.archivist.db.Migrations;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Brings the schema to this version. */
@Command(
    name = "migrate",
    mixinStandardHelpOptions = true,
    description = {
      "Make or update schema archive, the archive tables, the roles and the views.",
      "Safe to repeat; adopts a database that has data and somebody else's migrations."
    })
final class MigrateCommand extends ConfiguredCommand {
  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Override
  public Integer call() {
    try (Database database = Database.open(settings())) {
      Migrations.Result result = new Migrations(database).migrate();
      if (json) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("executed", result.executed());
        document.put("version", result.version());
        printJson(document);
      } else if (result.executed() == 0) {
        out().println("the schema is up to date: version " + result.version());
      } else {
        out()
            .println(
                result.executed() + " migrations ran; the schema is version " + result.version());
      }
    }
    return 0;
  }
}
