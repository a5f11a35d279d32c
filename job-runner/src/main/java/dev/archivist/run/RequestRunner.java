package dev.archivist.run;

import dev.archivist.config.Settings;
import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.db.Requests;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.failsafe.Failsafe;
import dev.failsafe.RetryPolicy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what users ask for with {@code archive.request}: at once by notification, and what was asked
 * while no runner was there as soon as one is. A request for a policy that is held waits.
 */
public final class RequestRunner {
  private static final Logger LOG = LoggerFactory.getLogger(RequestRunner.class);

  /** How long a stop, or a request whose notification was lost, may go unnoticed. */
  private static final Duration POLL = Duration.ofMillis(500);

  /** After a policy was found held, how long to leave it alone. */
  private static final Duration HELD_PAUSE = Duration.ofSeconds(10);

  private final Map<String, Long> heldSince = new HashMap<>();
  private final Database database;
  private final PolicyRun run;
  private final Plans plans;
  private final Archive archive;
  private final StopSignal stop;

  public RequestRunner(Database database, Settings settings, PolicyRun run, StopSignal stop) {
    this.database = database;
    this.run = run;
    this.archive = new Archive(database);
    this.plans = new Plans(archive, settings);
    this.stop = stop;
  }

  /** Works until told to stop. A database that goes away is waited for. */
  public void work() {
    RetryPolicy<Object> lost =
        RetryPolicy.builder()
            .handle(ArchiveFailure.class)
            .abortIf((result, failure) -> stop.isRequested())
            .withDelay(Duration.ofSeconds(1))
            .withMaxRetries(-1)
            .onRetry(event -> LOG.warn("requests cannot be heard, trying again"))
            .build();
    Failsafe.with(lost).run(this::listen);
  }

  private void listen() {
    try (Requests requests = Requests.listen(database)) {
      while (!stop.isRequested()) {
        for (Requests.Request request : requests.pending()) {
          if (!stop.isRequested() && !isHeld(request.policy())) {
            handle(requests, request);
          }
        }
        requests.await(POLL);
      }
    }
  }

  private boolean isHeld(String policy) {
    Long since = heldSince.get(policy);
    return since != null && System.nanoTime() - since < HELD_PAUSE.toNanos();
  }

  private void handle(Requests requests, Requests.Request request) {
    if (request.action().equals("run")) {
      LOG.info("policy {} was requested: job {}", request.policy(), request.id());
      JobOutcome outcome = run.run(request.policy());
      outcome
          .failure()
          .filter(failure -> failure.error() == ArchiveError.POLICY_HELD)
          .ifPresent(failure -> heldSince.put(request.policy(), System.nanoTime()));
    } else if (requests.claim(request)) {
      answer(requests, request);
    }
  }

  private void answer(Requests requests, Requests.Request request) {
    try {
      requests.answer(
          request,
          request.action().equals("plan")
              ? plans.plan(request.policy()).toString()
              : archive.verify(request.policy()));
    } catch (ArchiveFailure failure) {
      requests.refuse(request, failure.getMessage());
    }
  }
}
