package dev.archivist.store.s3;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.FoundMark;
import dev.archivist.store.StoreKey;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Marks in and around a prefix. Around it those count as missing that this login may not read: many
 * a login may use its own prefix only.
 */
final class S3Marks {
  private final S3Client client;
  private final S3Location location;

  S3Marks(S3Client client, S3Location location) {
    this.client = client;
    this.location = location;
  }

  /** Those of the prefixes that the store lies in, up to the bucket itself, nearest first. */
  List<FoundMark> around() {
    List<FoundMark> marks = new ArrayList<>();
    String prefix = location.prefix();
    while (!prefix.isEmpty()) {
      prefix = prefix.substring(0, prefix.lastIndexOf('/', prefix.length() - 2) + 1);
      outside(new S3Location(location.bucket(), prefix)).ifPresent(marks::add);
    }
    return marks;
  }

  private Optional<FoundMark> outside(S3Location around) {
    try {
      return read(around, StoreKey.OWNER);
    } catch (ArchiveFailure failure) {
      if (failure.error() != ArchiveError.STORE_DENIED) {
        throw failure;
      }
      return Optional.empty();
    }
  }

  /** That of a directory below the prefix. */
  List<FoundMark> in(String directory) {
    return read(location, directory + "/" + StoreKey.OWNER).stream().toList();
  }

  /** Those of all directories below the prefix. */
  List<FoundMark> inside() {
    return S3Failure.translating(
        "cannot list " + location.uri(""),
        () ->
            client
                .listObjectsV2Paginator(
                    list -> list.bucket(location.bucket()).prefix(location.prefix()))
                .contents()
                .stream()
                .map(object -> location.key(object.key()))
                .filter(key -> key.endsWith("/" + StoreKey.OWNER))
                .flatMap(key -> read(location, key).stream())
                .toList());
  }

  /** That under a key of the store itself. */
  Optional<FoundMark> at(String key) {
    return read(location, key);
  }

  private Optional<FoundMark> read(S3Location where, String key) {
    String uri = where.uri(key);
    return S3Failure.translating(
        "cannot read " + uri,
        () -> {
          try (InputStream in =
              new S3ObjectStream(
                  client.getObject(get -> get.bucket(where.bucket()).key(where.name(key))), uri)) {
            return Optional.of(FoundMark.read(uri, in));
          } catch (S3Exception e) {
            if (e.statusCode() != 404 || S3Failure.code(e).equals("NoSuchBucket")) {
              throw e;
            }
            return Optional.empty();
          } catch (IOException e) {
            throw new ArchiveFailure(
                ArchiveError.STORE_UNREACHABLE,
                "cannot read " + uri + ": " + e.getMessage(),
                "The next run tries again.",
                e);
          }
        });
  }
}
