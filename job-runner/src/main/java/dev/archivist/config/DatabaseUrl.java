package dev.archivist.config;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * {@code DATABASE_URL} as users write it, put as the JDBC driver wants it.
 *
 * @param jdbcUrl {@code jdbc:postgresql:…} without user and password
 * @param user null for the driver's default
 * @param password null where there is none
 */
public record DatabaseUrl(String jdbcUrl, String user, String password) {
  private static final Pattern SCHEME =
      Pattern.compile("^(postgres|postgresql)(\\+[a-z0-9]+)?://", Pattern.CASE_INSENSITIVE);

  /** People write it; the driver would take the password for a port, and log it. */
  private static final Pattern JDBC_LOGIN = Pattern.compile("^jdbc:postgresql://[^/?#]*@");

  private static final String HINT =
      "Set DATABASE_URL to postgresql://user:password@host:5432/database; special characters in"
          + " user and password are percent-encoded.";

  /**
   * Accepts {@code postgresql://}, {@code postgres://}, {@code postgresql+driver://} and {@code
   * jdbc:postgresql:}.
   */
  public static DatabaseUrl parse(String url) {
    String text = url.strip();
    if (JDBC_LOGIN.matcher(text).find()) {
      text = text.substring("jdbc:".length());
    }
    if (text.startsWith("jdbc:postgresql:")) {
      return new DatabaseUrl(text, null, null);
    }
    if (!SCHEME.matcher(text).find()) {
      throw new ArchiveFailure(
          ArchiveError.CONFIGURATION_INVALID, "DATABASE_URL is not a PostgreSQL URL", HINT);
    }
    try {
      return of(new URI(SCHEME.matcher(text).replaceFirst("postgresql://")));
    } catch (URISyntaxException e) {
      // The exception's message would repeat the URL with its password.
      throw new ArchiveFailure(
          ArchiveError.CONFIGURATION_INVALID,
          "DATABASE_URL cannot be read: " + e.getReason(),
          HINT);
    }
  }

  private static DatabaseUrl of(URI uri) {
    if (uri.getRawAuthority() == null
        || uri.getRawPath() == null
        || uri.getRawPath().length() < 2) {
      throw new ArchiveFailure(
          ArchiveError.CONFIGURATION_INVALID, "DATABASE_URL names no host or no database", HINT);
    }
    String authority = uri.getRawAuthority();
    int at = authority.lastIndexOf('@');
    String hosts = authority.substring(at + 1);
    String[] login = at < 0 ? new String[0] : authority.substring(0, at).split(":", 2);
    String query =
        uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery().replace("ssl=", "sslmode=");
    return new DatabaseUrl(
        "jdbc:postgresql://" + hosts + uri.getRawPath() + query,
        login.length > 0 && !login[0].isEmpty() ? decoded(login[0]) : null,
        login.length > 1 ? decoded(login[1]) : null);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** Where it leads, without any secret. */
  @Override
  public String toString() {
    String plain =
        Secrets.hidden(jdbcUrl).replaceAll("(?i)([?&]((ssl)?password|user)=)[^&]*", "$1…");
    return user == null ? plain : plain + " as " + user;
  }
}
