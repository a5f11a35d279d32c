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
  ERROR_500("error 500"),
  TIME_OUT("time-out"),
  SUCCESS_AFTER_TIME_OUT("success after time-out"),
  TRUNCATED_BODY("truncated body"),
  WRONG_BYTES_SENT("wrong bytes sent"),
  WRONG_BYTES_READ("wrong bytes read"),
  WRONG_BYTES_KEPT("wrong bytes kept");

  /** Only reports: how a store is checked before a job is nothing that could lose a row. */
  static final String OBJECTS = "archived-reports";

  private final String name;

  StoreFault(String name) {
    this.name = name;
  }

  String label() {
    return "store: " + name;
  }

  /**
   * Makes this fault a few times at the next requests of a kind that it can strike; more often than
   * the client tries again means that the job fails.
   */
  void plant(FaultyServer server, Random random, Statistics statistics) {
    String method = Chance.oneOf(methods(), random);
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

  private List<String> methods() {
    return switch (this) {
      case ERROR_500, TIME_OUT -> List.of("PUT", "GET", "HEAD", "DELETE");
      case SUCCESS_AFTER_TIME_OUT -> List.of("PUT", "DELETE");
      case TRUNCATED_BODY, WRONG_BYTES_READ -> List.of("GET");
      case WRONG_BYTES_SENT, WRONG_BYTES_KEPT -> List.of("PUT");
    };
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
