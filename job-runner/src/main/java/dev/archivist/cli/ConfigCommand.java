package dev.archivist.cli;

import dev.archivist.config.DatabaseUrl;
import dev.archivist.config.Setting;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows every setting. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = "Show every setting, its value, and where it came from. Secrets are not shown.")
final class ConfigCommand extends ConfiguredCommand {
  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Override
  public Integer call() {
    if (json) {
      Map<String, Object> document = new LinkedHashMap<>();
      for (Setting setting : Setting.values()) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("value", shown(setting));
        entry.put("from", origin(setting));
        entry.put("meaning", setting.meaning());
        document.put(setting.name(), entry);
      }
      printJson(document);
      return 0;
    }
    TextTable table = new TextTable("setting", "value", "from", "meaning");
    for (Setting setting : Setting.values()) {
      table.row(setting.name(), shown(setting), origin(setting), setting.meaning());
    }
    table.print(out());
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
