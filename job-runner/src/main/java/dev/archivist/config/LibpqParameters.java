package dev.archivist.config;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parameters of a connection by the names that libpq gives them, and what the JDBC driver calls
 * them. See <a
 * href="https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-PARAMKEYWORDS">Parameter Key
 * Words</a> and <a href="https://www.postgresql.org/docs/15/libpq-envars.html">Environment
 * Variables</a>.
 */
final class LibpqParameters {
  /** A value is quoted where it is empty or has spaces; a backslash takes the next as it is. */
  private static final Pattern KEYWORD =
      Pattern.compile(
          "\\s*([a-z_]+)\\s*=\\s*('(?:[^'\\\\]|\\\\.)*'|(?:[^'\\\\\\s]|\\\\.)*)(?:\\s+|$)");

  private static final Map<String, String> ENVIRONMENT =
      Map.ofEntries(
          Map.entry("PGHOST", "host"),
          Map.entry("PGPORT", "port"),
          Map.entry("PGDATABASE", "dbname"),
          Map.entry("PGUSER", "user"),
          Map.entry("PGPASSWORD", "password"),
          Map.entry("PGSERVICE", "service"),
          Map.entry("PGOPTIONS", "options"),
          Map.entry("PGSSLMODE", "sslmode"),
          Map.entry("PGSSLCERT", "sslcert"),
          Map.entry("PGSSLKEY", "sslkey"),
          Map.entry("PGSSLROOTCERT", "sslrootcert"),
          Map.entry("PGSSLNEGOTIATION", "sslnegotiation"),
          Map.entry("PGCHANNELBINDING", "channel_binding"),
          Map.entry("PGCONNECT_TIMEOUT", "connect_timeout"),
          Map.entry("PGGSSENCMODE", "gssencmode"),
          Map.entry("PGKRBSRVNAME", "krbsrvname"),
          Map.entry("PGTARGETSESSIONATTRS", "target_session_attrs"),
          Map.entry("PGLOADBALANCEHOSTS", "load_balance_hosts"));

  /**
   * What libpq would do and nobody here can; most of them protect, so they are not passed over. The
   * driver itself reads PGPASSFILE, PGSERVICEFILE and PGSYSCONFDIR; the others of libpq say what
   * our sessions say anyway.
   */
  private static final List<String> UNSUPPORTED =
      List.of(
          "PGHOSTADDR",
          "PGREQUIREAUTH",
          "PGREQUIREPEER",
          "PGREQUIRESSL",
          "PGSSLCERTMODE",
          "PGSSLCRL",
          "PGSSLCRLDIR",
          "PGSSLMINPROTOCOLVERSION",
          "PGSSLMAXPROTOCOLVERSION",
          "PGMINPROTOCOLVERSION",
          "PGMAXPROTOCOLVERSION",
          "PGSSLSNI",
          "PGSSLCOMPRESSION",
          "PGGSSLIB",
          "PGGSSDELEGATION");

  /** Those by which a user says which database is meant. */
  private static final List<String> NAMING =
      List.of("PGSERVICE", "PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE");

  /** What the driver calls a parameter that means the same to it. */
  private static final Map<String, String> SAME =
      Map.of(
          "sslmode", "sslmode",
          "sslcert", "sslcert",
          "sslkey", "sslkey",
          "sslrootcert", "sslrootcert",
          "sslpassword", "sslpassword",
          "gssencmode", "gssEncMode",
          "channel_binding", "channelBinding",
          "krbsrvname", "kerberosServerName",
          "sslnegotiation", "sslNegotiation",
          "connect_timeout", "connectTimeout");

  /** Of libpq's, those that are ours to say, or that change nothing here. */
  private static final Set<String> OURS =
      Set.of("application_name", "fallback_application_name", "client_encoding");

  private static final Map<String, String> SERVERS =
      Map.of(
          "any", "any",
          "read-write", "primary",
          "primary", "primary",
          "read-only", "secondary",
          "standby", "secondary",
          "prefer-standby", "preferSecondary");

  private final Map<String, String> values = new LinkedHashMap<>();
  private final Map<String, String> environment;

  LibpqParameters(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Variables of the environment that name a database. */
  static List<String> naming(Map<String, String> environment) {
    return NAMING.stream().filter(name -> !environment.getOrDefault(name, "").isEmpty()).toList();
  }

  /** Sets a parameter; an empty one counts as not set. */
  void put(String name, String value) {
    if (!value.isEmpty()) {
      values.put(name, value);
    }
  }

  /** Reads {@code name=value name='a value'}. */
  void readKeywords(String text) {
    Matcher pair = KEYWORD.matcher(text);
    int end = 0;
    while (end < text.length() && pair.find(end) && pair.start() == end) {
      String value = pair.group(2);
      String plain = value.startsWith("'") ? value.substring(1, value.length() - 1) : value;
      put(pair.group(1), plain.replaceAll("\\\\(.)", "$1"));
      end = pair.end();
    }
    if (end < text.length()) {
      throw DatabaseUrl.refused("DATABASE_URL cannot be read: it is not name=value name=value");
    }
  }

  /** The same for the driver. */
  DatabaseUrl url() {
    for (String variable : UNSUPPORTED) {
      if (!environment.getOrDefault(variable, "").isEmpty()) {
        throw new ArchiveFailure(
            ArchiveError.CONFIGURATION_INVALID,
            "the environment has a setting of a connection that nobody here knows: " + variable,
            "Unset " + variable + " for archivist; docs/settings.md lists what counts.");
      }
    }
    ENVIRONMENT.forEach(
        (variable, name) -> {
          if (!environment.getOrDefault(variable, "").isEmpty()) {
            values.putIfAbsent(name, environment.get(variable));
          }
        });
    Map<String, String> properties = properties();
    String user = values.get("user");
    String password = values.get("password");
    String options = values.getOrDefault("options", "");
    String service = values.get("service");
    String database = values.get("dbname");
    if (service != null) {
      properties.put("service", service);
    } else if (database == null) {
      throw DatabaseUrl.refused("DATABASE_URL names no database, and PGDATABASE is not set");
    }
    String host = values.getOrDefault("host", service == null ? "localhost" : "");
    String path = database == null ? "" : DatabaseUrl.encoded(database);
    String where = host.startsWith("/") ? socket(host, properties) : hosts(host);
    return new DatabaseUrl(
        "jdbc:postgresql://" + where + "/" + path + DatabaseUrl.query(properties),
        user,
        password,
        options);
  }

  /** The driver knows no sockets of a file system; this library lends it one. */
  private String socket(String directory, Map<String, String> properties) {
    if (directory.contains(",")) {
      throw DatabaseUrl.refused("DATABASE_URL names several hosts, one of them a directory");
    }
    String port = values.getOrDefault("port", "5432");
    properties.put("socketFactory", "org.newsclub.net.unix.AFUNIXSocketFactory$FactoryArg");
    properties.put("socketFactoryArg", directory + "/.s.PGSQL." + port);
    properties.put("sslmode", "disable");
    properties.put("gssEncMode", "disable");
    return "localhost:" + port;
  }

  private String hosts(String all) {
    String[] hosts = all.split(",", -1);
    String[] ports = values.getOrDefault("port", "").split(",", -1);
    if (ports.length > 1 && ports.length != hosts.length) {
      throw DatabaseUrl.refused("DATABASE_URL names another number of ports than of hosts");
    }
    StringJoiner where = new StringJoiner(",");
    for (int i = 0; i < hosts.length; i++) {
      String port = ports.length == 1 ? ports[0] : ports[i];
      if (!port.matches("\\d{0,5}")) {
        throw DatabaseUrl.refused("DATABASE_URL cannot be read: a port is not a number");
      }
      boolean bare = hosts[i].contains(":") && !hosts[i].startsWith("[");
      String host = bare ? "[" + hosts[i] + "]" : hosts[i];
      where.add(port.isEmpty() ? host : host + ":" + port);
    }
    return where.toString();
  }

  private Map<String, String> properties() {
    Map<String, String> properties = new LinkedHashMap<>();
    values.forEach((name, value) -> translate(name, value, properties));
    return properties;
  }

  private static void translate(String name, String value, Map<String, String> properties) {
    switch (name) {
      case "host", "port", "dbname", "user", "password", "options", "service" -> {}
      case "ssl" -> {
        if (!value.equals("true")) {
          throw unsupported("ssl=" + value, "ssl=true means sslmode=require");
        }
        properties.putIfAbsent("sslmode", "require");
      }
      case "target_session_attrs" -> {
        String server = SERVERS.get(value.toLowerCase(Locale.ROOT));
        if (server == null) {
          throw unsupported(name + "=" + value, "It is one of " + sorted(SERVERS.keySet()));
        }
        properties.put("targetServerType", server);
      }
      case "load_balance_hosts" ->
          properties.put("loadBalanceHosts", Boolean.toString(value.equals("random")));
      case "keepalives" -> properties.put("tcpKeepAlive", Boolean.toString(!value.equals("0")));
      default -> {
        if (!OURS.contains(name)) {
          // what is none of libpq's may be the driver's own, which says so or refuses it
          properties.put(SAME.getOrDefault(name, name), value);
        }
      }
    }
  }

  private static String sorted(Set<String> names) {
    return String.join(", ", names.stream().sorted().toList());
  }

  private static ArchiveFailure unsupported(String what, String instead) {
    return new ArchiveFailure(
        ArchiveError.CONFIGURATION_INVALID,
        "DATABASE_URL has a parameter that nobody here knows: " + what,
        instead + "; docs/settings.md lists them. Take it out of DATABASE_URL.");
  }
}
