package dev.archivist.store.s3;

import dev.archivist.store.StoreSettings;
import dev.archivist.testing.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;

/**
 * A real server that speaks S3, in a JVM of its own: one of each kind for all tests of a JVM,
 * started when first asked for, gone when this JVM is, however it ends. The build puts the servers'
 * jars into {@code target/s3-servers}.
 */
public final class S3Server {
  private static final Map<String, S3Server> RUNNING = new ConcurrentHashMap<>();
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
  private static final int POLL_MILLIS = 100;

  /**
   * Kills the server and removes its directory ($0) when standard input ends, which it does when
   * this JVM stops it or dies.
   */
  private static final String TETHER =
      """
      "$@" & server=$!
      cat >/dev/null
      kill -9 $server
      wait $server
      rm -rf "$0"
      """;

  private final String endpoint;
  private final Process process;

  private S3Server(String endpoint, Process process) {
    this.endpoint = endpoint;
    this.process = process;
  }

  /** Adobe's S3Mock: accepts any credentials, knows checksums and conditional writes. */
  public static S3Server s3mock() {
    return RUNNING.computeIfAbsent("s3mock", S3Server::start);
  }

  /** Gaul's S3Proxy over a directory: checks the signature of every request. */
  public static S3Server s3proxy() {
    return RUNNING.computeIfAbsent("s3proxy", S3Server::start);
  }

  public String endpoint() {
    return endpoint;
  }

  public String accessKey() {
    return "archivist-test";
  }

  public String secretKey() {
    return "archivist-test-secret";
  }

  /** The settings of a store at the URI, {@code s3://bucket/prefix}, on this server. */
  public StoreSettings settings(String uri) {
    return new StoreSettings(uri, accessKey(), secretKey(), "us-east-1", endpoint);
  }

  /** The URI of what is there from {@code some/prefix} in the bucket. */
  static String neighbour(String bucket, String where) {
    return "s3://" + bucket + "/" + Path.of("some/prefix").resolve(where).normalize();
  }

  /** Creates the bucket; it must not exist. */
  public void createBucket(String name) {
    try (S3Client client = S3Clients.build(settings("s3://" + name))) {
      client.createBucket(create -> create.bucket(name));
    }
  }

  /** An object's tags, as {@code key=value}. */
  public List<String> tags(String bucket, String name) {
    try (S3Client client = S3Clients.build(settings("s3://" + bucket))) {
      return client.getObjectTagging(get -> get.bucket(bucket).key(name)).tagSet().stream()
          .map(tag -> tag.key() + "=" + tag.value())
          .toList();
    }
  }

  /** The ids of the bucket's lifecycle rules. */
  public List<String> lifecycleRules(String bucket) {
    try (S3Client client = S3Clients.build(settings("s3://" + bucket))) {
      return client.getBucketLifecycleConfiguration(get -> get.bucket(bucket)).rules().stream()
          .map(LifecycleRule::id)
          .toList();
    }
  }

  /** Lets the bucket have a rule that nobody of ours made. */
  public void addLifecycleRule(String bucket, String id, String prefix) {
    LifecycleRule rule =
        LifecycleRule.builder()
            .id(id)
            .status(ExpirationStatus.ENABLED)
            .filter(filter -> filter.prefix(prefix))
            .expiration(expiration -> expiration.days(17))
            .build();
    try (S3Client client = S3Clients.build(settings("s3://" + bucket))) {
      client.putBucketLifecycleConfiguration(
          put ->
              put.bucket(bucket)
                  .lifecycleConfiguration(configuration -> configuration.rules(rule)));
    }
  }

  private static S3Server start(String kind) {
    try {
      int port = FreePort.any();
      Path directory = Files.createTempDirectory("archivist-" + kind);
      Path log = directory.resolve("log");
      ProcessBuilder builder =
          new ProcessBuilder(command(kind, port, directory))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      // It keeps keys as file names, and refuses those that the locale cannot express.
      builder.environment().put("LC_ALL", "C.UTF-8");
      Process process = builder.start();
      S3Server server = new S3Server("http://127.0.0.1:" + port, process);
      Runtime.getRuntime().addShutdownHook(new Thread(server::stop));
      server.awaitReady(log);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> command(String kind, int port, Path directory) throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", TETHER, directory.toString()));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
    Path data = Files.createDirectory(directory.resolve("data"));
    if (kind.equals("s3mock")) {
      command.add("-Dcom.adobe.testing.s3mock.store.root=" + data);
      command.add("-Dhttp.port=" + port);
      command.addAll(List.of("-jar", jar(kind), "--server.port=0"));
    } else {
      command.addAll(List.of("-jar", jar(kind), "--properties"));
      command.add(s3proxyProperties(port, directory, data).toString());
    }
    return command;
  }

  private static Path s3proxyProperties(int port, Path directory, Path data) throws IOException {
    return Files.writeString(
        directory.resolve("s3proxy.conf"),
        """
        s3proxy.endpoint=http://127.0.0.1:%d
        s3proxy.authorization=aws-v2-or-v4
        s3proxy.identity=archivist-test
        s3proxy.credential=archivist-test-secret
        s3proxy.ignore-unknown-headers=true
        jclouds.provider=filesystem-nio2
        jclouds.filesystem.basedir=%s
        """
            .formatted(port, data));
  }

  private static String jar(String kind) {
    Path jar =
        Path.of(System.getProperty("basedir", "."))
            .resolve("target/s3-servers")
            .resolve(kind + ".jar")
            .toAbsolutePath();
    if (!Files.exists(jar)) {
      throw new IllegalStateException(
          jar + " is missing: run ./mvnw process-test-resources in the project's root");
    }
    return jar.toString();
  }

  private void awaitReady(Path log) throws IOException {
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    while (!answers()) {
      if (exitsWithin(POLL_MILLIS) || System.nanoTime() > deadline) {
        String said = Files.readString(log);
        stop();
        throw new IllegalStateException("the S3 server did not start: " + said);
      }
    }
  }

  private boolean exitsWithin(int millis) {
    try {
      return process.waitFor(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private boolean answers() {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create(endpoint).toURL().openConnection();
      connection.setConnectTimeout(POLL_MILLIS);
      connection.setReadTimeout((int) START_TIMEOUT.toMillis());
      return connection.getResponseCode() > 0;
    } catch (IOException e) {
      return false;
    }
  }

  private void stop() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      process.destroyForcibly();
    }
    exitsWithin(5_000);
  }
}
