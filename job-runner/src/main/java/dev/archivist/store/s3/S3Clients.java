package dev.archivist.store.s3;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.StoreSettings;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;

/** Builds the client from the settings. */
final class S3Clients {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(60);

  /** One attempt carries at most one part: 64 MiB in ten minutes are 0.9 Mbit/s. */
  private static final Duration ATTEMPT_TIMEOUT = Duration.ofMinutes(10);

  private static final Duration CALL_TIMEOUT = Duration.ofMinutes(31);

  private S3Clients() {}

  static S3Client build(StoreSettings settings) {
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(CONNECT_TIMEOUT)
                    .socketTimeout(SOCKET_TIMEOUT))
            .overrideConfiguration(
                override ->
                    override
                        .retryStrategy(RetryMode.STANDARD)
                        .apiCallAttemptTimeout(ATTEMPT_TIMEOUT)
                        .apiCallTimeout(CALL_TIMEOUT))
            // every upload brings its own SHA-256; other requests need no checksum
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_SUPPORTED);
    credentials(settings, builder);
    if (isSet(settings.region())) {
      builder.region(Region.of(settings.region().strip()));
    }
    if (isSet(settings.endpoint())) {
      // servers other than AWS: not all know a bucket by its host name, nor signed chunks
      builder
          .endpointOverride(endpoint(settings.endpoint().strip()))
          .serviceConfiguration(
              S3Configuration.builder()
                  .pathStyleAccessEnabled(true)
                  .chunkedEncodingEnabled(false)
                  .build());
      if (!isSet(settings.region())) {
        builder.region(Region.US_EAST_1);
      }
    }
    try {
      return builder.build();
    } catch (SdkClientException e) {
      throw new ArchiveFailure(
          ArchiveError.CONFIGURATION_INVALID,
          "the region of the object store is not known",
          "Set AWS_DEFAULT_REGION to the bucket's region.",
          e);
    }
  }

  private static void credentials(StoreSettings settings, S3ClientBuilder builder) {
    if (!settings.hasCredentials()) {
      return;
    }
    if (!isSet(settings.accessKey()) || !isSet(settings.secretKey())) {
      throw new ArchiveFailure(
          ArchiveError.CONFIGURATION_INVALID,
          "only one of the object store's two keys is set",
          "Set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither.");
    }
    AwsCredentials credentials =
        isSet(settings.sessionToken())
            ? AwsSessionCredentials.create(
                settings.accessKey(), settings.secretKey(), settings.sessionToken())
            : AwsBasicCredentials.create(settings.accessKey(), settings.secretKey());
    builder.credentialsProvider(StaticCredentialsProvider.create(credentials));
  }

  private static URI endpoint(String endpoint) {
    try {
      URI uri = URI.create(endpoint);
      if (uri.getHost() != null
          && uri.getUserInfo() == null
          && ("http".equalsIgnoreCase(uri.getScheme())
              || "https".equalsIgnoreCase(uri.getScheme()))) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // refused below, without the text: it may hold a password
    }
    throw new ArchiveFailure(
        ArchiveError.CONFIGURATION_INVALID,
        "the object store's endpoint cannot be read",
        "Write AWS_ENDPOINT_URL as http://host:port or https://host, without user or password.");
  }

  private static boolean isSet(String value) {
    return value != null && !value.isBlank();
  }
}
