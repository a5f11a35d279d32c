package dev.archivist.cli;

import dev.archivist.db.Database;
import dev.archivist.db.migrate.Migrations;
import dev.archivist.db.migrate.Preset;
import dev.archivist.document.MigrateSummary;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Brings the schema to this version. */
@Command(
    name = "migrate",
    mixinStandardHelpOptions = true,
    header = "Make or update schema archive, its roles, functions and views.",
    description =
        "Make or update schema archive, its roles and functions, the presets' tables, and "
            + "the unified views of every policy; says which policy cannot have its views, and "
            + "why. Safe to repeat; adopts a database that has data and migrations of its own.")
final class MigrateCommand extends ConfiguredCommand {
  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      converter = HostOption.Reader.class,
      description =
          "where the engine runs: ${COMPLETION-CANDIDATES} (default: auto); auto takes the "
              + "database if it has PL/Java or may create it")
  HostOption host = HostOption.auto;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "install policies for a known application, and its tables where they are missing: "
              + "${COMPLETION-CANDIDATES}; without it they are installed where all of the tables are")
  Set<PresetOption> presets = Set.of();

  /** The presets as users write them. */
  enum PresetOption {
    scenario(Preset.SCENARIO);

    private final Preset preset;

    PresetOption(Preset preset) {
      this.preset = preset;
    }
  }

  /** The hosts as users write them. */
  enum HostOption {
    auto(Migrations.HostChoice.AUTO),
    runner(Migrations.HostChoice.RUNNER),
    in_database(Migrations.HostChoice.IN_DATABASE);

    private final Migrations.HostChoice choice;

    HostOption(Migrations.HostChoice choice) {
      this.choice = choice;
    }

    @Override
    public String toString() {
      return name().replace('_', '-');
    }

    static final class Reader implements ITypeConverter<HostOption> {
      @Override
      public HostOption convert(String text) {
        return Arrays.stream(values())
            .filter(each -> each.toString().equals(text))
            .findFirst()
            .orElseThrow(
                () ->
                    new TypeConversionException("'" + text + "' is none of " + List.of(values())));
      }
    }
  }

  @Override
  public Integer call() {
    try (Database database = Database.open(settings())) {
      Migrations.Result result =
          new Migrations(database)
              .with(presets.stream().map(each -> each.preset).collect(Collectors.toSet()))
              .migrate(host.choice);
      if (json) {
        printJson(
            new MigrateSummary(
                result.executed(), result.version(), result.host().label(), result.remarks()));
      } else {
        out()
            .println(
                (result.executed() == 0
                        ? "the schema is up to date"
                        : result.executed()
                            + (result.executed() == 1 ? " migration ran" : " migrations ran"))
                    + "; version "
                    + result.version()
                    + "; engine: "
                    + result.host().label());
        result.remarks().forEach(remark -> out().println("  " + remark));
      }
    }
    return 0;
  }
}
