package dev.archivist.demo.data;

import dev.archivist.demo.Preview;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a file of samples measures, guessed from its name.
 *
 * @param type the family, e.g. {@code cpu}
 * @param name the file's name without extension and instance id
 * @param unit e.g. {@code percent}; {@code none} where the name tells nothing
 */
record MetricIdentity(String type, String name, String unit) {
  private static final Pattern INSTANCE = Pattern.compile("_[0-9a-f]{6}$");
  private static final List<Rule> RULES =
      List.of(
          new Rule("cpu", "cpu", "percent"),
          new Rule("disk", "disk", "bytes"),
          new Rule("network", "network", "bytes"),
          new Rule("request_count", "requests", "count"),
          new Rule("latency", "latency", "ms"),
          new Rule("temperature", "temperature", "fahrenheit"),
          new Rule("taxi", "passengers", "count"),
          new Rule("key_", "keyboard", "s"),
          new Rule("asg", "scaling", "count"));

  /** The first word that occurs in the name decides. */
  private record Rule(String word, String type, String unit) {}

  static MetricIdentity of(DataFile file) {
    String name = Preview.cut(INSTANCE.matcher(file.stem()).replaceFirst(""), 100);
    String lower = name.toLowerCase(Locale.ROOT);
    for (Rule rule : RULES) {
      if (lower.contains(rule.word())) {
        return new MetricIdentity(rule.type(), name, rule.unit());
      }
    }
    return new MetricIdentity("measurement", name, "none");
  }
}
