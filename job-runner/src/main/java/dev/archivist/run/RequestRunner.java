package dev.archivist.run;

import dev.archivist.config.Settings;
import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.db.Requests;
import dev.archivist.document.Json;
import dev.archivist.failure.ArchiveFailure;
import dev.failsafe.Failsafe;
import dev.failsafe.RetryPolicy;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
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

  /** After a policy could not be begun, how long to leave it alone. */
  private static final Duration PAUSE = Duration.ofSeconds(2);

  /** How many requests are worked on at a time, so that a long job does not delay the others. */
  private static final int WORKERS = 4;

  private final Map<String, Long> restingSince = new ConcurrentHashMap<>();
  private final Set<UUID> inHand = ConcurrentHashMap.newKeySet();
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

  /** Works until told to stop, whatever goes wrong: a database that goes away is waited for. */
  public void work() {
    RetryPolicy<Object> lost =
        RetryPolicy.builder()
            .handleIf(failure -> !stop.isRequested())
            .withDelay(Duration.ofSeconds(1))
            .withMaxRetries(-1)
            .onRetry(
                event ->
                    LOG.warn(
                        "requests cannot be heard, trying again: {}",
                        event.getLastException().toString()))
            .build();
    ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
    try {
      Failsafe.with(lost).run(() -> listen(workers));
    } catch (ArchiveFailure failure) {
      LOG.debug("the database went away while stopping", failure);
    } finally {
      awaitEnd(workers);
    }
  }

  private void listen(ExecutorService workers) {
    try (Requests requests = Requests.listen(database)) {
      while (!stop.isRequested()) {
        for (Requests.Request request : requests.pending()) {
          if (!isResting(request.policy()) && inHand.add(request.id())) {
            workers.execute(() -> work(requests, request));
          }
        }
        requests.await(POLL);
      }
    }
  }

  private void work(Requests requests, Requests.Request request) {
    try {
      if (!stop.isRequested() && !isResting(request.policy())) {
        handle(requests, request);
      }
    } catch (RuntimeException e) {
      LOG.error("request {} for policy {} waits", request.id(), request.policy(), e);
      restingSince.put(request.policy(), System.nanoTime());
    } finally {
      inHand.remove(request.id());
    }
  }

  /** The stop signal ends jobs after their batch in hand. */
  private static void awaitEnd(ExecutorService workers) {
    workers.shutdown();
    try {
      workers.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isResting(String policy) {
    Long since = restingSince.get(policy);
    return since != null && System.nanoTime() - since < PAUSE.toNanos();
  }

  private void handle(Requests requests, Requests.Request request) {
    try {
      if (isAJob(request)) {
        begin(request)
            .filter(outcome -> outcome.job().isEmpty())
            .flatMap(JobOutcome::failure)
            .ifPresent(failure -> notBegun(requests, request, failure));
      } else {
        database.fit().require();
        requests.answer(request, () -> answer(request));
      }
    } catch (ArchiveFailure failure) {
      notBegun(requests, request, failure);
    }
  }

  private static boolean isAJob(Requests.Request request) {
    return request.action().equals("run") || request.action().equals("restore");
  }

  private Optional<JobOutcome> begin(Requests.Request request) {
    return request.action().equals("restore")
        ? run.restoreRequested(request.policy(), request.id())
        : run.runRequested(request.policy(), request.id());
  }

  private String answer(Requests.Request request) {
    return request.action().equals("plan")
        ? Json.line(plans.plan(request.policy()))
        : Json.line(archive.verify(request.policy()));
  }

  /** What may be better soon waits, the rest is answered with the reason. */
  private void notBegun(Requests requests, Requests.Request request, ArchiveFailure failure) {
    switch (failure.error()) {
      case POLICY_HELD, DATABASE_BUSY, DATABASE_UNREACHABLE, SCHEMA_NEWER ->
          restingSince.put(request.policy(), System.nanoTime());
      default -> {
        LOG.warn(
            "request {} for policy {} failed: {}",
            request.id(),
            request.policy(),
            failure.getMessage());
        requests.refuse(request, failure.getMessage());
      }
    }
  }
}
