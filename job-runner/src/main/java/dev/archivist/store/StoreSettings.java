package dev.archivist.store;

import dev.archivist.config.Setting;
import dev.archivist.config.Settings;
import java.util.Objects;

/**
 * Where objects are kept and how to get in. Everything but the URI may be null.
 *
 * @param uri {@code s3://bucket/prefix}, {@code file:///dir}, or a path
 * @param accessKey {@code AWS_ACCESS_KEY_ID}; with none, the AWS default chain finds credentials
 * @param secretKey {@code AWS_SECRET_ACCESS_KEY}; goes with the access key
 * @param region {@code AWS_DEFAULT_REGION}
 * @param endpoint {@code AWS_ENDPOINT_URL}, for servers other than AWS
 * @param sessionToken {@code AWS_SESSION_TOKEN}, where the two keys are temporary
 */
public record StoreSettings(
    String uri,
    String accessKey,
    String secretKey,
    String region,
    String endpoint,
    String sessionToken) {
  public StoreSettings {
    Objects.requireNonNull(uri, "uri");
  }

  /** Settings with permanent credentials. */
  public StoreSettings(
      String uri, String accessKey, String secretKey, String region, String endpoint) {
    this(uri, accessKey, secretKey, region, endpoint, null);
  }

  /** Settings of a directory, or of a bucket whose credentials the environment knows. */
  public static StoreSettings of(String uri) {
    return new StoreSettings(uri, null, null, null, null, null);
  }

  /** The store that the program is configured to use. */
  public static StoreSettings of(Settings settings) {
    return new StoreSettings(
        settings.text(Setting.ARCHIVE_STORE_URI).orElseThrow(),
        settings.text(Setting.AWS_ACCESS_KEY_ID).orElse(null),
        settings.text(Setting.AWS_SECRET_ACCESS_KEY).orElse(null),
        settings.text(Setting.AWS_DEFAULT_REGION).orElse(null),
        settings.text(Setting.AWS_ENDPOINT_URL).orElse(null),
        settings.text(Setting.AWS_SESSION_TOKEN).orElse(null));
  }

  /** Whether a key is given; without one the AWS default chain looks for credentials. */
  public boolean hasCredentials() {
    return isSet(accessKey) || isSet(secretKey);
  }

  private static boolean isSet(String value) {
    return value != null && !value.isBlank();
  }

  @Override
  public String toString() {
    return "StoreSettings[uri=%s, region=%s, endpoint=%s, credentials=%s]"
        .formatted(uri, region, endpoint, hasCredentials() ? "given" : "default chain");
  }
}
