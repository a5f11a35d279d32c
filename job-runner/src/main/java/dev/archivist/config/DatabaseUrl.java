package dev.archivist.config;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code DATABASE_URL} as users write it, put as the JDBC driver wants it.
 *
 * @param jdbcUrl {@code jdbc:postgresql:…} without user, password and session options
 * @param user null for the driver's default
 * @param password null where there is none
 * @param options settings of the session, as the server's command line has them; empty for none
 */
public record DatabaseUrl(String jdbcUrl, String user, String password, String options) {
  private static final Pattern URI =
      Pattern.compile(
          "(?:postgres|postgresql)(?:\\+[a-z0-9]+)?://(?:([^@/?#]*)@)?([^/?#]*)(?:/([^?#]*))?(?:\\?(.*))?",
          Pattern.CASE_INSENSITIVE);

  /** People write it; the driver would take the password for a port, and log it. */
  private static final Pattern JDBC_LOGIN = Pattern.compile("^jdbc:postgresql://[^/?#]*@");

  private static final Pattern KEYWORDS = Pattern.compile("^\\s*[a-z_]+\\s*=.*", Pattern.DOTALL);

  /** What {@link LibpqParameters} makes of a directory with the server's socket. */
  private static final Pattern SOCKET =
      Pattern.compile(
          "jdbc:postgresql://[^/]*/([^?]*)\\?(?:.*&)?socketFactoryArg=([^&]*)%2F\\.s\\.PGSQL\\.(\\d+)(?:&.*)?");

  private static final Pattern HOST_AND_PORT =
      Pattern.compile("(\\[[0-9A-Fa-f:.%]+\\]|[^:]*)(?::(\\d*))?");

  static final String HINT =
      "Set DATABASE_URL to postgresql://user:password@host:5432/database; special characters in"
          + " user and password are percent-encoded.";

  /** Where it leads, with its login. */
  public DatabaseUrl(String jdbcUrl, String user, String password) {
    this(jdbcUrl, user, password, "");
  }

  /** As {@link #parse(String, Map)}, where nothing is in the environment. */
  public static DatabaseUrl parse(String url) {
    return parse(url, Map.of());
  }

  /**
   * Accepts what libpq does, {@code postgresql://…} and {@code host=… dbname=…}, and {@code
   * postgresql+driver://…} and {@code jdbc:postgresql:…}. See <a
   * href="https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-CONNSTRING">Connection
   * Strings</a>.
   *
   * @param environment may have PGHOST and the like, which say what the URL does not
   * @throws ArchiveFailure {@code ZA014} if it cannot be read, or asks for what nobody here can do
   */
  public static DatabaseUrl parse(String url, Map<String, String> environment) {
    String text = url.strip();
    if (JDBC_LOGIN.matcher(text).find()) {
      text = text.substring("jdbc:".length());
    }
    if (text.startsWith("jdbc:postgresql:")) {
      return ofJdbc(text);
    }
    LibpqParameters parameters = new LibpqParameters(environment);
    Matcher uri = URI.matcher(text);
    if (uri.matches()) {
      read(uri, parameters);
    } else if (KEYWORDS.matcher(text).matches()) {
      parameters.readKeywords(text);
    } else {
      throw refused(
          text.contains("://") && !text.startsWith("postgres")
              ? "DATABASE_URL is not a PostgreSQL URL"
              : "DATABASE_URL cannot be read");
    }
    return parameters.url();
  }

  private static void read(Matcher uri, LibpqParameters parameters) {
    if (uri.group().chars().anyMatch(Character::isWhitespace)) {
      throw refused("DATABASE_URL cannot be read: it has a space");
    }
    if (uri.group(1) != null) {
      String[] login = uri.group(1).split(":", 2);
      parameters.put("user", decoded(login[0]));
      parameters.put("password", login.length > 1 ? decoded(login[1]) : "");
    }
    readHosts(uri.group(2), parameters);
    parameters.put("dbname", uri.group(3) == null ? "" : decoded(uri.group(3)));
    pairs(uri.group(4)).forEach(parameters::put);
  }

  private static void readHosts(String authority, LibpqParameters parameters) {
    StringJoiner hosts = new StringJoiner(",");
    StringJoiner ports = new StringJoiner(",");
    for (String each : authority.split(",", -1)) {
      Matcher one = HOST_AND_PORT.matcher(each);
      if (!one.matches()) {
        throw refused("DATABASE_URL cannot be read: a host is not host or host:port");
      }
      hosts.add(decoded(one.group(1)));
      ports.add(one.group(2) == null ? "" : one.group(2));
    }
    parameters.put("host", hosts.toString());
    parameters.put("port", ports.toString());
  }

  /** The driver's own form; only what concerns our sessions is taken out. */
  private static DatabaseUrl ofJdbc(String text) {
    int question = text.indexOf('?');
    if (question < 0) {
      return new DatabaseUrl(text, null, null);
    }
    Map<String, String> pairs = pairs(text.substring(question + 1));
    String options = pairs.remove("options");
    return new DatabaseUrl(
        text.substring(0, question) + query(pairs), null, null, options == null ? "" : options);
  }

  private static Map<String, String> pairs(String query) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String pair : query == null || query.isEmpty() ? new String[0] : query.split("&")) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw refused("DATABASE_URL cannot be read: a parameter is not name=value");
      }
      pairs.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
    }
    return pairs;
  }

  /** A query for the driver: {@code ?a=b&c=d}, or nothing. */
  static String query(Map<String, String> pairs) {
    StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
    pairs.forEach((name, value) -> query.add(name + "=" + encoded(value)));
    return query.toString();
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // The exception's message would repeat what may be a password.
      throw refused("DATABASE_URL cannot be read: a % is not followed by two hexadecimal digits");
    }
  }

  static ArchiveFailure refused(String what) {
    return new ArchiveFailure(ArchiveError.CONFIGURATION_INVALID, what, HINT);
  }

  /** Where it leads, without any secret. */
  @Override
  public String toString() {
    Matcher socket = SOCKET.matcher(jdbcUrl);
    String plain =
        socket.matches()
            ? "postgresql:///%s?host=%s&port=%s"
                .formatted(socket.group(1), decoded(socket.group(2)), socket.group(3))
            : Secrets.hidden(jdbcUrl).replaceAll("(?i)([?&]((ssl)?password|user)=)[^&]*", "$1…");
    return user == null ? plain : plain + " as " + user;
  }
}
