package dev.archivist.store.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/** Stands before a real server and passes everything on, but for the faults it was told to make. */
final class FaultyServer implements AutoCloseable {
  private static final Set<String> NOT_PASSED_ON =
      Set.of("host", "connection", "content-length", "expect", "transfer-encoding", "date");

  private final HttpClient client = HttpClient.newHttpClient();
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
  private final Queue<String> requests = new ConcurrentLinkedQueue<>();
  private final String behind;
  private final HttpServer server;

  /** What happens to a request, instead of being passed on. */
  @FunctionalInterface
  interface Mischief {
    void happen(HttpExchange exchange, byte[] body) throws IOException, InterruptedException;
  }

  private record Fault(Predicate<HttpExchange> strikes, boolean once, Mischief mischief) {}

  FaultyServer(String behind) {
    this.behind = behind;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(workers);
    server.createContext("/", this::handle);
    server.start();
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  void once(Predicate<HttpExchange> strikes, Mischief mischief) {
    faults.add(new Fault(strikes, true, mischief));
  }

  void always(Predicate<HttpExchange> strikes, Mischief mischief) {
    faults.add(new Fault(strikes, false, mischief));
  }

  /** Methods of the requests so far, in order. */
  List<String> requests() {
    return new ArrayList<>(requests);
  }

  static Predicate<HttpExchange> method(String method) {
    return exchange -> exchange.getRequestMethod().equals(method);
  }

  static Predicate<HttpExchange> query(String contained) {
    return exchange -> String.valueOf(exchange.getRequestURI().getQuery()).contains(contained);
  }

  static Predicate<HttpExchange> header(String name) {
    return exchange -> exchange.getRequestHeaders().containsKey(name);
  }

  /** Answers with an error as S3 words it. */
  static Mischief answer(int status, String code) {
    String xml = "<Error><Code>%s</Code><Message>no</Message></Error>".formatted(code);
    byte[] text = code.isEmpty() ? new byte[0] : xml.getBytes(UTF_8);
    return (exchange, body) -> {
      exchange.sendResponseHeaders(status, text.length == 0 ? -1 : text.length);
      exchange.getResponseBody().write(text);
    };
  }

  /** Does what was asked, and hangs up instead of saying so. */
  Mischief loseAnswer() {
    return this::pass;
  }

  /** Passes the request on with one bit of its body turned over. */
  Mischief damageRequest() {
    return (exchange, body) -> {
      body[body.length / 2] ^= 1;
      reply(exchange, pass(exchange, body));
    };
  }

  /** Passes the answer back with one bit of its body turned over. */
  Mischief damageAnswer() {
    return (exchange, body) -> {
      HttpResponse<byte[]> response = pass(exchange, body);
      response.body()[response.body().length / 2] ^= 1;
      reply(exchange, response);
    };
  }

  /** Hangs up in the middle of the answer's body. */
  Mischief cutAnswer() {
    return (exchange, body) -> {
      HttpResponse<byte[]> response = pass(exchange, body);
      copyHeaders(exchange, response);
      exchange.sendResponseHeaders(response.statusCode(), response.body().length);
      exchange.getResponseBody().write(response.body(), 0, response.body().length / 2);
      exchange.getResponseBody().flush();
    };
  }

  @Override
  public void close() {
    server.stop(0);
    workers.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    requests.add(exchange.getRequestMethod());
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Optional<Fault> strikes =
          faults.stream().filter(fault -> fault.strikes().test(exchange)).findFirst();
      if (strikes.isPresent()) {
        if (strikes.get().once()) {
          faults.remove(strikes.get());
        }
        strikes.get().mischief().happen(exchange, body);
      } else {
        reply(exchange, pass(exchange, body));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpResponse<byte[]> pass(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(behind + exchange.getRequestURI()))
            .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!NOT_PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static void reply(HttpExchange exchange, HttpResponse<byte[]> response)
      throws IOException {
    copyHeaders(exchange, response);
    boolean isHead = exchange.getRequestMethod().equals("HEAD");
    int length = response.body().length;
    exchange.sendResponseHeaders(response.statusCode(), isHead || length == 0 ? -1 : length);
    if (!isHead) {
      exchange.getResponseBody().write(response.body());
    }
  }

  private static void copyHeaders(HttpExchange exchange, HttpResponse<byte[]> response) {
    boolean isHead = exchange.getRequestMethod().equals("HEAD");
    response
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              boolean isLength = name.equalsIgnoreCase("content-length");
              if (isLength ? isHead : !NOT_PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> exchange.getResponseHeaders().add(name, value));
              }
            });
  }
}
