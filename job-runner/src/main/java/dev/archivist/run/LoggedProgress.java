package dev.archivist.run;

import dev.archivist.engine.job.BatchResult;
import dev.archivist.failure.ArchiveFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs why jobs fail, for a daemon that nobody watches. */
public final class LoggedProgress implements Progress {
  private static final Logger LOG = LoggerFactory.getLogger(LoggedProgress.class);

  @Override
  public void began(String policy) {
    LOG.info("policy {} began", policy);
  }

  @Override
  public void advanced(String policy, BatchResult batch) {}

  @Override
  public void note(String policy, String message) {
    LOG.warn("policy {}: {}", policy, message);
  }

  @Override
  public void ended(JobOutcome outcome) {
    outcome.stays().forEach(problem -> LOG.warn("policy {}: {}", outcome.policy(), problem));
    outcome.failure().ifPresent(failure -> failed(outcome.policy(), failure));
  }

  /** Logs what a purge did. */
  public static void purged(PurgeOutcome outcome) {
    for (PurgeOutcome.Purged month : outcome.months()) {
      if (month.isProblem()) {
        LOG.warn("policy {}: {} stays: {}", outcome.policy(), month.month(), month.why());
      } else {
        LOG.info("policy {}: {} {}", outcome.policy(), month.month(), month.fate());
      }
    }
    outcome.objects().notes().forEach(note -> LOG.warn("policy {}: {}", outcome.policy(), note));
    outcome.failure().ifPresent(failure -> failed(outcome.policy(), failure));
  }

  private static void failed(String policy, ArchiveFailure failure) {
    LOG.error(
        "policy {}: {} [{}] HINT: {}",
        policy,
        failure.getMessage(),
        failure.error().sqlState(),
        failure.hint());
  }
}
