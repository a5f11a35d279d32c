package dev.archivist.config;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The settings of one run of the program, each with where its value came from. */
public final class Settings {
  /** In bytes; PostgreSQL would cut a longer one. */
  private static final int LONGEST_NAME = 63;

  /** Migrations name it in quotes, and in functions' bodies between two dollars. */
  private static final Pattern SCHEMA_NAME =
      Pattern.compile("(?s)(?!pg_)(?!.*\\$\\$)[^\"'\\\\\\p{Cc}\u2028\u2029]{1,63}");

  private static final Pattern SYSTEM_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]{0,62}");
  private static final Pattern DURATION = Pattern.compile("0+|\\d{1,9}\\s*(ms|s|min|h)");

  /** A session that waits for ever keeps all who come behind it waiting. */
  private static final Pattern SOME_TIME = Pattern.compile("0*[1-9]\\d{0,8}\\s*(ms|s|min|h)");

  private static final long MAX_REPORT_BYTES = 10L << 30;

  /** Where a value came from. */
  public enum Origin {
    ENVIRONMENT,
    COMMAND_LINE,
    DEFAULT,
    NONE
  }

  /** A value and its origin; the value is null where there is none. */
  public record Value(String text, Origin origin) {}

  private final Map<Setting, Value> values;
  private final Map<String, String> environment;

  private Settings(Map<Setting, Value> values, Map<String, String> environment) {
    this.values = values;
    this.environment = environment;
  }

  /** Reads the environment; an empty variable counts as not set. */
  public static Settings of(Map<String, String> environment) {
    Map<Setting, Value> values = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      String text = environment.get(setting.name());
      values.put(
          setting,
          text == null || text.isBlank()
              ? new Value(null, Origin.NONE)
              : new Value(text.strip(), Origin.ENVIRONMENT));
    }
    Settings settings = new Settings(values, Map.copyOf(environment));
    settings.fillDefaults();
    return settings;
  }

  private void fillDefaults() {
    defaultsTo(Setting.ARCHIVIST_HOME, ".archivist");
    Path home = home();
    String bucket = text(Setting.REPORTS_ARCHIVE_BUCKET).orElse(null);
    defaultsTo(
        Setting.ARCHIVE_STORE_URI,
        bucket == null ? home.resolve("store").toUri().toString() : "s3://" + bucket);
    defaultsTo(Setting.REPORTS_LOCAL_DIR, home.resolve("reports").toString());
    defaultsTo(Setting.ARCHIVE_MAX_REPORT_BYTES, Long.toString(MAX_REPORT_BYTES));
    defaultsTo(Setting.ARCHIVE_GLACIER_AFTER_DAYS, "90");
    defaultsTo(Setting.ARCHIVE_CRON, "0 3 * * *");
    defaultsTo(Setting.ARCHIVE_TIME_ZONE, "UTC");
    defaultsTo(Setting.ARCHIVE_APP_SCHEMA, "public");
    defaultsTo(Setting.ARCHIVE_SYSTEM, "postgresql");
    defaultsTo(Setting.ARCHIVE_RUN_FILES_DIR, home.resolve("run-files").toString());
    defaultsTo(Setting.ARCHIVE_STATEMENT_TIMEOUT, "10min");
    defaultsTo(Setting.ARCHIVE_LOCK_TIMEOUT, "5s");
    defaultsTo(Setting.ARCHIVE_CLOCK_TOLERANCE_SECONDS, "300");
  }

  private void defaultsTo(Setting setting, String text) {
    if (values.get(setting).text() == null) {
      values.put(setting, new Value(text, Origin.DEFAULT));
    }
  }

  /** The same settings with one given on the command line. */
  public Settings with(Setting setting, String text) {
    Map<Setting, Value> changed = new EnumMap<>(values);
    changed.put(setting, new Value(text, Origin.COMMAND_LINE));
    return new Settings(changed, environment);
  }

  public Value value(Setting setting) {
    return values.get(setting);
  }

  /** The value as it may be shown: a secret setting's not at all, a URL without its login. */
  public Optional<String> shown(Setting setting) {
    return text(setting).map(text -> setting.secret() ? "(secret)" : Secrets.hidden(text));
  }

  /** The setting's value, if it has one. */
  public Optional<String> text(Setting setting) {
    return Optional.ofNullable(values.get(setting).text());
  }

  private String required(Setting setting) {
    return text(setting).orElseThrow();
  }

  /** The configured database; empty means the embedded server. */
  public Optional<DatabaseUrl> databaseUrl() {
    return text(Setting.DATABASE_URL).map(url -> DatabaseUrl.parse(url, environment));
  }

  /**
   * What names a database for psql, where {@code DATABASE_URL} names none and so the embedded one
   * is meant.
   */
  public Optional<String> unheeded() {
    List<String> variables = LibpqParameters.naming(environment);
    return text(Setting.DATABASE_URL).isPresent() || variables.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.join(", ", variables)
                + (variables.size() == 1 ? " does" : " do")
                + " not count without DATABASE_URL, so this is the embedded database; if another"
                + " is meant: DATABASE_URL=postgresql://");
  }

  public Path home() {
    return path(Setting.ARCHIVIST_HOME);
  }

  /** Where runners of one home agree on who puts a file in its place next. */
  public Path restoreLock() {
    return home().resolve("restore.lock");
  }

  public Path reportsRoot() {
    return path(Setting.REPORTS_LOCAL_DIR);
  }

  public Path runFilesDir() {
    return path(Setting.ARCHIVE_RUN_FILES_DIR);
  }

  /** In bytes. */
  public long maxReportBytes() {
    String text = required(Setting.ARCHIVE_MAX_REPORT_BYTES);
    try {
      long bytes = Long.parseLong(text);
      if (bytes > 0) {
        return bytes;
      }
    } catch (NumberFormatException e) {
      throw invalid(Setting.ARCHIVE_MAX_REPORT_BYTES, "a positive number of bytes", e);
    }
    throw invalid(Setting.ARCHIVE_MAX_REPORT_BYTES, "a positive number of bytes", null);
  }

  /** In days; 0 means never. */
  public int glacierAfterDays() {
    return Integer.parseInt(
        matching(
            Setting.ARCHIVE_GLACIER_AFTER_DAYS,
            Pattern.compile("\\d{1,5}"),
            "a number of days, 0 for never"));
  }

  public String cron() {
    return required(Setting.ARCHIVE_CRON);
  }

  public ZoneId cronZone() {
    try {
      return ZoneId.of(required(Setting.ARCHIVE_TIME_ZONE));
    } catch (DateTimeException e) {
      throw invalid(Setting.ARCHIVE_TIME_ZONE, "a zone such as UTC or Europe/Rome", e);
    }
  }

  public String appSchema() {
    String wanted =
        "the name of a schema as pg_namespace has it, without quotes, backslashes and $$";
    String name = matching(Setting.ARCHIVE_APP_SCHEMA, SCHEMA_NAME, wanted);
    if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      throw invalid(Setting.ARCHIVE_APP_SCHEMA, wanted, null);
    }
    return name;
  }

  public String system() {
    return matching(Setting.ARCHIVE_SYSTEM, SYSTEM_NAME, "letters, digits, dots and hyphens");
  }

  public String statementTimeout() {
    return matching(
        Setting.ARCHIVE_STATEMENT_TIMEOUT,
        DURATION,
        "a duration with its unit, such as 10min; 0 is no limit");
  }

  public String lockTimeout() {
    return matching(
        Setting.ARCHIVE_LOCK_TIMEOUT,
        SOME_TIME,
        "a duration with its unit, such as 5s, and longer than 0");
  }

  public Duration clockTolerance() {
    return Duration.ofSeconds(
        Long.parseLong(
            matching(
                Setting.ARCHIVE_CLOCK_TOLERANCE_SECONDS,
                Pattern.compile("\\d{1,9}"),
                "a number of seconds")));
  }

  /** Why any of these settings cannot be read; empty if all can. */
  public List<ArchiveFailure> unreadable() {
    List<ArchiveFailure> failures = new ArrayList<>();
    for (Runnable reading : readings()) {
      try {
        reading.run();
      } catch (ArchiveFailure failure) {
        failures.add(failure);
      }
    }
    return failures;
  }

  private List<Runnable> readings() {
    return List.of(
        this::databaseUrl,
        this::home,
        this::reportsRoot,
        this::runFilesDir,
        this::maxReportBytes,
        this::glacierAfterDays,
        this::cronZone,
        this::appSchema,
        this::system,
        this::statementTimeout,
        this::lockTimeout,
        this::clockTolerance);
  }

  private Path path(Setting setting) {
    try {
      return Path.of(required(setting)).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw invalid(setting, "a path", e);
    }
  }

  private String matching(Setting setting, Pattern pattern, String wanted) {
    String text = required(setting);
    if (!pattern.matcher(text).matches()) {
      throw invalid(setting, wanted, null);
    }
    return text;
  }

  private ArchiveFailure invalid(Setting setting, String wanted, Exception cause) {
    return new ArchiveFailure(
        ArchiveError.CONFIGURATION_INVALID,
        setting + " is \"" + required(setting) + "\", which is not " + wanted,
        "Set " + setting + ": " + setting.meaning() + ".",
        cause);
  }
}
