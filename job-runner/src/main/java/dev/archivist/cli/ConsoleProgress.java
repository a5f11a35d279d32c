package dev.archivist.cli;

import dev.archivist.db.Archive;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.run.Backlog;
import dev.archivist.run.JobOutcome;
import dev.archivist.run.Progress;
import java.io.PrintWriter;
import java.util.function.ToLongFunction;
import me.tongfei.progressbar.ProgressBar;

/** Shows jobs on standard error: bars on a terminal, else a line for each job. */
final class ConsoleProgress implements Progress {
  private final PrintWriter err;
  private final boolean verbose;
  private final ToLongFunction<String> rows;
  private final boolean terminal = Terminal.isThere();
  private ProgressBar bar;

  /**
   * @param rows is asked on a terminal how many rows a policy has to do, so that the bar has an end
   */
  ConsoleProgress(PrintWriter err, boolean verbose, ToLongFunction<String> rows) {
    this.err = err;
    this.verbose = verbose;
    this.rows = rows;
  }

  /** Of jobs that archive. */
  static ConsoleProgress ofRuns(PrintWriter err, boolean verbose, Archive archive) {
    return new ConsoleProgress(err, verbose, policy -> backlog(archive, policy));
  }

  private static long backlog(Archive archive, String policy) {
    return archive.policies().stream()
        .filter(each -> each.name().equals(policy))
        .mapToLong(each -> Backlog.of(archive, each).rows())
        .findFirst()
        .orElse(-1);
  }

  @Override
  public void began(String policy) {
    if (terminal) {
      bar =
          Terminal.bar()
              .setTaskName(policy)
              .setInitialMax(rowsOf(policy))
              .setUnit(" rows", 1)
              .showSpeed()
              .build();
    } else if (verbose) {
      err.println(policy + ": began");
    }
  }

  /** -1, a bar without an end, where it cannot be told. */
  private long rowsOf(String policy) {
    try {
      return rows.applyAsLong(policy);
    } catch (ArchiveFailure failure) {
      return -1;
    }
  }

  @Override
  public void advanced(String policy, BatchResult batch) {
    if (bar != null) {
      bar.stepBy(batch.processed());
    } else if (verbose && batch.processed() > 0) {
      err.println(
          policy
              + ": batch of "
              + Amounts.count(batch.processed())
              + " rows, "
              + Amounts.bytes(batch.bytes()));
    }
  }

  @Override
  public void note(String policy, String message) {
    err.println(policy + ": " + message);
  }

  @Override
  public void ended(JobOutcome outcome) {
    if (bar != null) {
      bar.close();
      bar = null;
    }
    outcome.stays().forEach(problem -> err.println(outcome.policy() + ": " + problem));
    outcome.failure().ifPresent(failure -> failed(outcome.policy(), failure));
    err.flush();
  }

  private void failed(String policy, ArchiveFailure failure) {
    err.print(policy + ": ");
    Failures.print(err, failure, verbose);
  }
}
