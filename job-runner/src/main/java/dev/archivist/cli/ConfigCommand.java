package dev.archivist.cli;

import dev.archivist.config.DatabaseUrl;
import dev.archivist.config.Setting;
import dev.archivist.document.Config;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows every setting. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    header = "Show every setting, its value, and where it came from.",
    description = "Secrets are not shown.")
final class ConfigCommand extends ConfiguredCommand {
  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Override
  public Integer call() {
    Map<String, Config.Entry> entries = new LinkedHashMap<>();
    for (Setting setting : Setting.values()) {
      entries.put(
          setting.name(), new Config.Entry(shown(setting), origin(setting), setting.meaning()));
    }
    if (json) {
      printJson(new Config(entries));
    } else {
      TextTable table = new TextTable("setting", "value", "from", "meaning");
      entries.forEach(
          (name, entry) -> table.row(name, entry.value(), entry.from(), entry.meaning()));
      table.print(out());
    }
    return 0;
  }

  private String shown(Setting setting) {
    if (setting == Setting.DATABASE_URL) {
      return settings().databaseUrl().map(DatabaseUrl::toString).orElse("(embedded)");
    }
    return settings().shown(setting).orElse("(not set)");
  }

  private String origin(Setting setting) {
    return settings().value(setting).origin().name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
