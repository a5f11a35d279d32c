package dev.archivist.store.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.archivist.testing.Archivist;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/**
 * A bucket that keeps its lifecycle configuration as it was written: S3Mock forgets tags. As S3
 * does, it refuses rules of the old form, a prefix without filter, beside those of the new.
 */
public final class LifecycleServer implements AutoCloseable {
  private static final Pattern OLD_FORM = Pattern.compile("(?<!<Filter>|<And>)<Prefix");
  private static final String NONE =
      "<Error><Code>NoSuchLifecycleConfiguration</Code><Message>none</Message></Error>";

  private static final String MINIMUM_SIZE = "x-amz-transition-default-minimum-object-size";
  private static final String DEFAULT_MINIMUM_SIZE = "all_storage_classes_128K";

  private final AtomicReference<String> configuration = new AtomicReference<>();
  private final AtomicReference<String> minimumSize = new AtomicReference<>(DEFAULT_MINIMUM_SIZE);
  private final HttpServer server;

  public LifecycleServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (!String.valueOf(exchange.getRequestURI().getQuery()).contains("lifecycle")) {
      object(exchange);
    } else if (exchange.getRequestMethod().equals("PUT")) {
      String written = new String(body, StandardCharsets.UTF_8);
      boolean mixed = OLD_FORM.matcher(written).find() && written.contains("<Filter>");
      if (!mixed) {
        configuration.set(written);
        String size = exchange.getRequestHeaders().getFirst(MINIMUM_SIZE);
        minimumSize.set(size == null ? DEFAULT_MINIMUM_SIZE : size);
      }
      exchange.sendResponseHeaders(mixed ? 400 : 200, -1);
    } else {
      String kept = configuration.get();
      byte[] bytes = (kept == null ? NONE : kept).getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add(MINIMUM_SIZE, minimumSize.get());
      exchange.sendResponseHeaders(kept == null ? 404 : 200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  /** It takes every object, and has none. */
  private static void object(HttpExchange exchange) throws IOException {
    boolean put = exchange.getRequestMethod().equals("PUT");
    boolean bucket = exchange.getRequestURI().getPath().matches("/[^/]*/?");
    exchange.sendResponseHeaders(put || bucket ? 200 : 404, -1);
  }

  /** What was written last. */
  public String configuration() {
    return configuration.get();
  }

  /** Below what size objects stay where they are. */
  public String minimumSize() {
    return minimumSize.get();
  }

  /** Sets it behind the program's back. */
  public void minimumSize(String size) {
    minimumSize.set(size);
  }

  /** Writes a configuration behind the program's back. */
  public void configure(String xml) {
    configuration.set(xml);
  }

  /** The program, its store in the bucket. */
  public Archivist with(Archivist archivist) {
    return archivist
        .with("ARCHIVE_STORE_URI", "s3://bucket/here")
        .with("AWS_ACCESS_KEY_ID", "key")
        .with("AWS_SECRET_ACCESS_KEY", "secret")
        .with("AWS_DEFAULT_REGION", "us-east-1")
        .with("AWS_ENDPOINT_URL", "http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
