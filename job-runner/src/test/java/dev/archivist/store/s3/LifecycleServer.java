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

/** A bucket that keeps its lifecycle configuration as it was written: S3Mock forgets tags. */
public final class LifecycleServer implements AutoCloseable {
  private static final String NONE =
      "<Error><Code>NoSuchLifecycleConfiguration</Code><Message>none</Message></Error>";

  private final AtomicReference<String> configuration = new AtomicReference<>();
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
    if (exchange.getRequestMethod().equals("PUT")) {
      configuration.set(new String(body, StandardCharsets.UTF_8));
      exchange.sendResponseHeaders(200, -1);
    } else {
      String kept = configuration.get();
      byte[] bytes = (kept == null ? NONE : kept).getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(kept == null ? 404 : 200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  /** What was written last. */
  public String configuration() {
    return configuration.get();
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
