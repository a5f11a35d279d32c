package dev.archivist.store.s3;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.ArchiveStore;
import dev.archivist.store.FileRights;
import dev.archivist.store.FoundMark;
import dev.archivist.store.LocalContent;
import dev.archivist.store.StoreKey;
import dev.archivist.store.StoreSettings;
import dev.archivist.store.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Objects in a bucket of AWS S3 or of any server that speaks S3.
 *
 * <p>A put looks first, then writes on the condition that the key is still free ({@code
 * If-None-Match: *}). So two writers cannot overwrite each other, and a put whose answer was lost
 * finds its own object, knows it by its SHA-256, and succeeds. On a server that refuses the
 * condition itself, looking first is all the protection there is. The SHA-256 of the whole object
 * is kept as user metadata {@code sha256}, for servers that keep none themselves, the permissions
 * of the file that it was put from as {@code file-rights}.
 */
public final class S3Store implements ArchiveStore {
  static final String SHA256 = "sha256";
  static final String RIGHTS = "file-rights";
  private static final String PROBE = StoreKey.RESERVED + "check";
  private static final int TRIES_ON_CONFLICT = 3;

  /** What servers that do not know the condition call it, beside a plain 501. */
  private static final Set<String> CONDITION_REFUSED =
      Set.of("NotImplemented", "InvalidArgument", "InvalidRequest");

  private final S3Client client;
  private final S3Location location;
  private final PartSizes sizes;
  private final S3Marks marks;
  private volatile boolean conditional = true;
  private volatile boolean bucketSeen;

  S3Store(S3Client client, S3Location location, PartSizes sizes) {
    this.client = client;
    this.location = location;
    this.sizes = sizes;
    this.marks = new S3Marks(client, location);
  }

  /**
   * Opens the bucket that the settings' URI names; no request is made yet.
   *
   * @throws ArchiveFailure {@code CONFIGURATION_INVALID} where the settings cannot be understood
   */
  public static S3Store open(StoreSettings settings) {
    return open(settings, PartSizes.DEFAULT);
  }

  static S3Store open(StoreSettings settings, PartSizes sizes) {
    S3Location location = S3Location.parse(settings.uri());
    return new S3Store(S3Clients.build(settings), location, sizes);
  }

  @Override
  public StoredObject put(String key, Path content, String sha256) {
    String uri = uri(key);
    long bytes = LocalContent.size(content);
    StoredObject wanted = new StoredObject(key, bytes, sha256);
    return S3Failure.translating(
        "cannot write " + uri,
        () -> {
          Optional<HeadObjectResponse> present = head(key);
          if (present.isPresent()) {
            return requireSame(wanted, present.get());
          }
          MessageDigest whole = LocalContent.sha256();
          FileParts parts = FileParts.of(content, bytes, sizes.of(bytes), whole);
          LocalContent.requireSha256(uri, sha256, whole);
          return write(wanted, parts);
        });
  }

  private StoredObject write(StoredObject wanted, FileParts parts) {
    for (int tries = 1; ; tries++) {
      try {
        send(wanted, parts);
        return wanted;
      } catch (S3Exception e) {
        if (!mayBeThere(e)) {
          throw e;
        }
        Optional<HeadObjectResponse> present = head(wanted.key());
        if (present.isPresent()) {
          return requireSame(wanted, present.get());
        }
        if (tries == TRIES_ON_CONFLICT) {
          throw e;
        }
      }
    }
  }

  /** Taken, being taken, or completed by a request whose answer was lost. */
  private static boolean mayBeThere(S3Exception e) {
    return e.statusCode() == 412
        || e.statusCode() == 409
        || S3Failure.code(e).equals("NoSuchUpload");
  }

  private void send(StoredObject wanted, FileParts parts) {
    if (!conditional) {
      upload(wanted, parts, false).send();
      return;
    }
    try {
      upload(wanted, parts, true).send();
    } catch (S3Exception e) {
      boolean refused = e.statusCode() == 501 || CONDITION_REFUSED.contains(S3Failure.code(e));
      if (!refused || head(wanted.key()).isPresent()) {
        throw e;
      }
      upload(wanted, parts, false).send();
      conditional = false; // the same request without the condition was taken
    }
  }

  private S3Upload upload(StoredObject wanted, FileParts parts, boolean onCondition) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(SHA256, wanted.sha256());
    rightsOf(parts.file()).ifPresent(rights -> metadata.put(RIGHTS, rights));
    return new S3Upload(
        client, location.bucket(), location.name(wanted.key()), parts, metadata, onCondition);
  }

  /** As metadata can have them: a group may be called by any characters. */
  private static Optional<String> rightsOf(Path file) {
    try {
      return FileRights.of(file)
          .map(rights -> URLEncoder.encode(rights.toString(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private StoredObject requireSame(StoredObject wanted, HeadObjectResponse present) {
    boolean same =
        present.contentLength() == wanted.bytes()
            && sha256Of(wanted.key(), present).equals(wanted.sha256());
    if (!same) {
      throw new ArchiveFailure(
          ArchiveError.OBJECT_CONFLICT,
          "%s holds other content already".formatted(uri(wanted.key())),
          "Nothing was overwritten; compare the two and remove or rename the one that is wrong.");
    }
    return wanted;
  }

  /** As {@link #known}, or from the bytes where another program wrote the object. */
  private String sha256Of(String key, HeadObjectResponse present) {
    Optional<String> known = known(present);
    if (known.isPresent()) {
      return known.get();
    }
    try {
      return LocalContent.sha256Of(open(key));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The server's own SHA-256, which nobody chooses, where it keeps one of the whole object; else
   * what whoever wrote the object says. That of an upload in parts is one of their checksums, with
   * their number behind it. See
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html.
   */
  private static Optional<String> known(HeadObjectResponse head) {
    return Optional.ofNullable(head.checksumSHA256())
        .filter(checksum -> !checksum.contains("-"))
        .map(checksum -> HexFormat.of().formatHex(Base64.getDecoder().decode(checksum)))
        .or(() -> Optional.ofNullable(head.metadata().get(SHA256)));
  }

  @Override
  public void mark(String key, byte[] content) {
    S3Failure.translating(
        "cannot write " + uri(key),
        () ->
            client.putObject(
                put -> put.bucket(location.bucket()).key(location.name(key)),
                RequestBody.fromBytes(content)));
  }

  @Override
  public Optional<FoundMark> mark(String key) {
    return marks.at(StoreKey.requireValid(key));
  }

  @Override
  public InputStream open(String key) {
    String uri = uri(key);
    return S3Failure.translating(
        "cannot read " + uri,
        () ->
            new S3ObjectStream(
                client.getObject(get -> get.bucket(location.bucket()).key(location.name(key))),
                uri));
  }

  @Override
  public Optional<StoredObject> stat(String key) {
    return S3Failure.translating(
        "cannot look at " + uri(key),
        () -> {
          Optional<HeadObjectResponse> present = head(key);
          if (present.isEmpty() && !bucketSeen) {
            requireBucket();
          }
          return present.map(
              head -> new StoredObject(key, head.contentLength(), known(head).orElse("")));
        });
  }

  /** An answer to HEAD has no body: a missing bucket looks like a missing object. */
  private Optional<HeadObjectResponse> head(String key) {
    String name = location.name(StoreKey.requireValid(key));
    try {
      return Optional.of(
          client.headObject(
              head -> head.bucket(location.bucket()).key(name).checksumMode(ChecksumMode.ENABLED)));
    } catch (S3Exception e) {
      if (e.statusCode() == 404) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private void requireBucket() {
    client.listObjectsV2(list -> list.bucket(location.bucket()).maxKeys(1));
    bucketSeen = true;
  }

  @Override
  public Optional<FileRights> rights(String key) {
    return S3Failure.translating(
        "cannot look at " + uri(key),
        () ->
            head(key)
                .map(head -> head.metadata().get(RIGHTS))
                .map(text -> URLDecoder.decode(text, StandardCharsets.UTF_8))
                .flatMap(FileRights::parse));
  }

  @Override
  public void list(String prefix, Consumer<StoredObject> each) {
    S3Failure.translating(
        "cannot list " + location.uri(prefix),
        () -> {
          client
              .listObjectsV2Paginator(
                  list -> list.bucket(location.bucket()).prefix(location.name(prefix)))
              .contents()
              .forEach(object -> listed(object, each));
          return null;
        });
  }

  private void listed(S3Object object, Consumer<StoredObject> each) {
    String key = location.key(object.key());
    boolean isFolderMark = key.isEmpty() || key.endsWith("/");
    if (!isFolderMark && StoreKey.isOfReport(key)) {
      each.accept(new StoredObject(key, object.size(), ""));
    }
  }

  @Override
  public void delete(String key) {
    S3Failure.translating(
        "cannot delete " + uri(key),
        () -> {
          try {
            client.deleteObject(delete -> delete.bucket(location.bucket()).key(location.name(key)));
          } catch (S3Exception e) {
            if (e.statusCode() != 404 || S3Failure.code(e).equals("NoSuchBucket")) {
              throw e;
            }
          }
          return null;
        });
  }

  @Override
  public void expire(String key) {
    S3Failure.translating(
        "cannot tag " + uri(key),
        () -> new S3ExpiryTag(client, location.bucket(), location.name(key)).set());
  }

  @Override
  public boolean keep(String key) {
    return S3Failure.translating(
        "cannot tag " + uri(key),
        () -> new S3ExpiryTag(client, location.bucket(), location.name(key)).remove());
  }

  @Override
  public boolean isReleased(String key) {
    return S3Failure.translating(
        "cannot look at the tags of " + uri(key),
        () -> new S3ExpiryTag(client, location.bucket(), location.name(key)).isSet());
  }

  /** Does once what a run does: write, read, list, delete; each needs its own right. */
  @Override
  public void check() {
    String name = location.name(PROBE);
    S3Failure.translating(
        "cannot use " + location.uri(""),
        () -> {
          client.putObject(put -> put.bucket(location.bucket()).key(name), RequestBody.empty());
          client.headObject(head -> head.bucket(location.bucket()).key(name));
          client.listObjectsV2(list -> list.bucket(location.bucket()).prefix(name).maxKeys(1));
          client.deleteObject(delete -> delete.bucket(location.bucket()).key(name));
          bucketSeen = true;
          return null;
        });
  }

  @Override
  public List<FoundMark> owners(String directory) {
    return directory.isEmpty() ? marks.around() : marks.in(StoreKey.requireValid(directory));
  }

  @Override
  public List<FoundMark> ownersInside() {
    return marks.inside();
  }

  @Override
  public List<String> bases() {
    return List.of(location.uri(""));
  }

  @Override
  public String uri(String key) {
    return location.uri(StoreKey.requireValid(key));
  }

  @Override
  public Optional<String> key(String uri) {
    String base = location.uri("");
    try {
      return uri.startsWith(base) && uri.length() > base.length()
          ? Optional.of(StoreKey.requireValid(uri.substring(base.length())))
              .filter(StoreKey::isOfReport)
          : Optional.empty();
    } catch (ArchiveFailure e) {
      // nothing that uri() writes
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    client.close();
  }

  @Override
  public String toString() {
    return location.uri("");
  }
}
