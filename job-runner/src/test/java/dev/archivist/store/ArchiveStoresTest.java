package dev.archivist.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.store.s3.S3Store;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveStoresTest {
  @TempDir Path base;

  @ParameterizedTest
  @CsvSource({
    "./objects, objects/k",
    "objects, objects/k",
    "' objects ', objects/k",
    "a/../b, b/k",
    "with space, with%20space/k",
  })
  void takesAPathAsADirectoryBelowTheBase(String uri, String expected) {
    try (ArchiveStore store = ArchiveStores.open(StoreSettings.of(uri), base)) {
      assertThat(store).isInstanceOf(DirectoryStore.class);
      assertThat(store.uri("k")).isEqualTo(base.toUri() + expected);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/mnt/a b",
        "file:///mnt/a%20b",
        "file:///mnt/a b",
        "FILE:///mnt/a b",
        "file:/mnt/a b"
      })
  void takesAbsolutePathsAndFileUris(String uri) {
    try (ArchiveStore store = ArchiveStores.open(StoreSettings.of(uri), base)) {
      assertThat(store.uri("k")).isEqualTo("file:///mnt/a%20b/k");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "s3://bucket, s3://bucket/k",
    "s3://bucket/, s3://bucket/k",
    "s3://bucket/a/b, s3://bucket/a/b/k",
    "S3://bucket/a/, s3://bucket/a/k",
  })
  void opensABucket(String uri, String expected) {
    StoreSettings settings = new StoreSettings(uri, "access", "secret", "eu-central-1", null);
    try (ArchiveStore store = ArchiveStores.open(settings, base)) {
      assertThat(store).isInstanceOf(S3Store.class);
      assertThat(store.uri("k")).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "ftp://host/dir",
        "gs://bucket",
        "s3://",
        "s3:///key",
        "s3:bucket",
        "s3://a b",
        "s3://b/a//b",
        "file://host/dir",
        "file:dir",
        "nul\0"
      })
  void refusesWhatItDoesNotKnow(String uri) {
    ArchiveStoreContract.assertFails(
        ArchiveError.CONFIGURATION_INVALID,
        () -> ArchiveStores.open(StoreSettings.of(uri), base).close());
  }

  @Test
  void refusesHalfOfTheCredentials() {
    ArchiveStoreContract.assertFails(
        ArchiveError.CONFIGURATION_INVALID,
        () ->
            ArchiveStores.open(
                new StoreSettings("s3://bucket", "access", null, "eu-central-1", null), base));
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:9000", "ftp://host", "http://user:password@host", "http://"})
  void refusesAnEndpointThatIsNoPlainUrl(String endpoint) {
    ArchiveStoreContract.assertFails(
        ArchiveError.CONFIGURATION_INVALID,
        () ->
            ArchiveStores.open(new StoreSettings("s3://bucket", null, null, null, endpoint), base));
  }

  @Test
  void neverShowsTheKeys() {
    StoreSettings settings =
        new StoreSettings("s3://bucket", "ACCESS", "SECRET", "eu-central-1", null, "TOKEN");

    assertThat(settings.toString())
        .contains("s3://bucket", "eu-central-1")
        .doesNotContain("ACCESS", "SECRET", "TOKEN");
  }
}
