package dev.archivist.torture;

import static dev.archivist.store.s3.FaultyServer.answer;
import static dev.archivist.store.s3.FaultyServer.method;
import static dev.archivist.store.s3.FaultyServer.path;

import dev.archivist.store.s3.FaultyServer;
import dev.archivist.store.s3.FaultyServer.Mischief;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** What an object store, or the way there, does wrong. */
enum StoreFault {
  ERROR_500("error 500", List.of("PUT", "GET", "HEAD", "DELETE")),
  TIME_OUT("time-out", List.of("PUT", "GET", "HEAD", "DELETE")),
  SUCCESS_AFTER_TIME_OUT("success after time-out", List.of("PUT", "DELETE")),
  TRUNCATED_BODY("truncated body", List.of("GET")),
  WRONG_BYTES_SENT("wrong bytes sent", List.of("PUT")),
  WRONG_BYTES_READ("wrong bytes read", List.of("GET")),
  WRONG_BYTES_KEPT("wrong bytes kept", List.of("PUT"));

  /** Only reports: how a store is checked before a job is nothing that could lose a row. */
  static final String OBJECTS = "archived-reports";

  private final String name;
  private final List<String> methods;

  StoreFault(String name, List<String> methods) {
    this.name = name;
    this.methods = methods;
  }

  String label() {
    return "store: " + name;
  }

  /**
   * Makes this fault a few times at the next requests of a kind that it can strike; more often than
   * the client tries again means that the job fails.
   */
  void plant(FaultyServer server, Random random, Statistics statistics) {
    String method = methods.get(random.nextInt(methods.size()));
    Mischief mischief = mischief(server, Duration.ofMillis(random.nextInt(150)));
    int times = this == WRONG_BYTES_KEPT ? 1 : 1 + random.nextInt(5);
    for (int i = 0; i < times; i++) {
      server.once(
          method(method).and(path(OBJECTS)),
          (exchange, body) -> {
            statistics.count(label());
            mischief.happen(exchange, body);
          });
    }
  }

  private Mischief mischief(FaultyServer server, Duration wait) {
    return switch (this) {
      case ERROR_500 -> answer(500, "InternalError");
      case TIME_OUT -> server.timeOut(wait);
      case SUCCESS_AFTER_TIME_OUT -> server.withholdAnswer(wait);
      case TRUNCATED_BODY -> server.cutAnswer();
      case WRONG_BYTES_SENT -> server.damageRequest();
      case WRONG_BYTES_READ -> server.damageAnswer();
      case WRONG_BYTES_KEPT -> server.keepOtherBytes();
    };
  }
}
