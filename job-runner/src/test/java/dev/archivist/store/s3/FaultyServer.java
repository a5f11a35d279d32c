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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Stands before a real server and passes everything on, but for the faults it was told to make. */
public final class FaultyServer implements AutoCloseable {
  private static final Set<String> NOT_PASSED_ON =
      Set.of("host", "connection", "content-length", "expect", "transfer-encoding", "date");

  private final HttpClient client = HttpClient.newHttpClient();
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
  private final Queue<String> requests = new ConcurrentLinkedQueue<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final String behind;
  private final HttpServer server;

  /** What happens to a request, instead of being passed on. */
  @FunctionalInterface
  public interface Mischief {
    void happen(HttpExchange exchange, byte[] body) throws IOException, InterruptedException;
  }

  private record Fault(Predicate<HttpExchange> strikes, boolean once, Mischief mischief) {}

  /**
   * @param behind the real server's address
   */
  public FaultyServer(String behind) {
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

  /** Where to find it. */
  public String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Makes the fault at the next request that it strikes. */
  public void once(Predicate<HttpExchange> strikes, Mischief mischief) {
    faults.add(new Fault(strikes, true, mischief));
  }

  /** Makes the fault at every request that it strikes. */
  public void always(Predicate<HttpExchange> strikes, Mischief mischief) {
    faults.add(new Fault(strikes, false, mischief));
  }

  /** Methods of the requests so far, in order. */
  public List<String> requests() {
    return new ArrayList<>(requests);
  }

  public static Predicate<HttpExchange> method(String method) {
    return exchange -> exchange.getRequestMethod().equals(method);
  }

  public static Predicate<HttpExchange> path(String contained) {
    return exchange -> exchange.getRequestURI().getPath().contains(contained);
  }

  public static Predicate<HttpExchange> query(String contained) {
    return exchange -> String.valueOf(exchange.getRequestURI().getQuery()).contains(contained);
  }

  public static Predicate<HttpExchange> header(String name) {
    return exchange -> exchange.getRequestHeaders().containsKey(name);
  }

  /** Answers with an error as S3 words it. */
  public static Mischief answer(int status, String code) {
    String xml = "<Error><Code>%s</Code><Message>no</Message></Error>".formatted(code);
    byte[] text = code.isEmpty() ? new byte[0] : xml.getBytes(UTF_8);
    return (exchange, body) -> {
      boolean isEmpty = text.length == 0 || exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(status, isEmpty ? -1 : text.length);
      if (!isEmpty) {
        exchange.getResponseBody().write(text);
      }
    };
  }

  /** Does what was asked, and hangs up instead of saying so. */
  public Mischief loseAnswer() {
    return this::pass;
  }

  /** Does what was asked, keeps the caller waiting, and hangs up without an answer. */
  public Mischief withholdAnswer(Duration wait) {
    return (exchange, body) -> {
      pass(exchange, body);
      keepWaiting(wait);
    };
  }

  /** Does nothing, keeps the caller waiting, and hangs up. */
  public Mischief timeOut(Duration wait) {
    return (exchange, body) -> keepWaiting(wait);
  }

  private void keepWaiting(Duration wait) throws InterruptedException {
    closed.await(wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Passes the request on after something else has happened. */
  public Mischief after(Runnable event) {
    return (exchange, body) -> {
      event.run();
      reply(exchange, pass(exchange, body));
    };
  }

  /** Passes the request on; something else happens before the answer goes back. */
  public Mischief before(Runnable event) {
    return (exchange, body) -> {
      HttpResponse<byte[]> response = pass(exchange, body);
      event.run();
      reply(exchange, response);
    };
  }

  /**
   * Keeps other bytes than were sent and says that all is well. It turns another bit over than
   * {@link #damageAnswer}: the two together would undo each other.
   */
  public Mischief keepOtherBytes() {
    return (exchange, body) -> {
      body[body.length / 3] ^= 2;
      reply(exchange, pass(exchange, body, name -> !isChecksum(name)));
    };
  }

  private static boolean isChecksum(String header) {
    return header.startsWith("x-amz-checksum")
        || header.equals("x-amz-sdk-checksum-algorithm")
        || header.equals("x-amz-content-sha256")
        || header.equals("content-md5");
  }

  /** Passes the request on with one bit of its body turned over. */
  public Mischief damageRequest() {
    return (exchange, body) -> {
      body[body.length / 2] ^= 1;
      reply(exchange, pass(exchange, body));
    };
  }

  /** Passes the answer back with one bit of its body turned over. */
  public Mischief damageAnswer() {
    return (exchange, body) -> {
      HttpResponse<byte[]> response = pass(exchange, body);
      response.body()[response.body().length / 2] ^= 1;
      reply(exchange, response);
    };
  }

  /** Hangs up in the middle of the answer's body. */
  public Mischief cutAnswer() {
    return (exchange, body) -> {
      HttpResponse<byte[]> response = pass(exchange, body);
      copyHeaders(exchange, response);
      exchange.sendResponseHeaders(response.statusCode(), response.body().length);
      exchange.getResponseBody().write(response.body(), 0, response.body().length / 2);
      exchange.getResponseBody().flush();
    };
  }

  /** Makes none of the faults that it was told to make. */
  public void behave() {
    faults.clear();
  }

  @Override
  public void close() {
    closed.countDown();
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
    return pass(exchange, body, name -> true);
  }

  private HttpResponse<byte[]> pass(
      HttpExchange exchange, byte[] body, Predicate<String> passesHeader)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(behind + exchange.getRequestURI()))
            .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              if (!NOT_PASSED_ON.contains(lower) && passesHeader.test(lower)) {
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
