package dev.archivist.run;

import dev.archivist.engine.job.BatchResult;

/** Adds up a job's batches and passes them on. */
final class JobTotals {
  private final String policy;
  private final Progress progress;
  private BatchResult total = new BatchResult(0, 0, 0, 0, true);
  private long batches;

  JobTotals(String policy, Progress progress) {
    this.policy = policy;
    this.progress = progress;
  }

  void add(BatchResult batch) {
    total =
        new BatchResult(
            total.processed() + batch.processed(),
            total.archived() + batch.archived(),
            total.deleted() + batch.deleted(),
            total.bytes() + batch.bytes(),
            batch.done());
    if (batch.processed() > 0) {
      batches++;
    }
    progress.advanced(policy, batch);
  }

  BatchResult total() {
    return total;
  }

  long batches() {
    return batches;
  }
}
