package dev.archivist.cli;

import dev.archivist.engine.batch.BatchResult;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.run.JobOutcome;
import dev.archivist.run.Progress;
import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows jobs on standard error: bars on a terminal, else a line for each job. */
final class ConsoleProgress implements Progress {
  private final PrintWriter err;
  private final boolean verbose;
  private final boolean terminal = System.console() != null;
  private ProgressBar bar;

  ConsoleProgress(PrintWriter err, boolean verbose) {
    this.err = err;
    this.verbose = verbose;
  }

  @Override
  public void began(String policy) {
    if (terminal) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(policy)
              .setInitialMax(-1)
              .setUnit(" rows", 1)
              .setStyle(ProgressBarStyle.ASCII)
              .showSpeed()
              .build();
    } else if (verbose) {
      err.println(policy + ": began");
    }
  }

  /** Once the plan is known, the bar has an end. */
  void expect(long rows) {
    if (bar != null) {
      bar.maxHint(rows);
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
    outcome.problems().forEach(problem -> err.println(outcome.policy() + ": " + problem));
    outcome.failure().ifPresent(failure -> failed(outcome.policy(), failure));
    err.flush();
  }

  private void failed(String policy, ArchiveFailure failure) {
    err.print(policy + ": ");
    Failures.print(err, failure, verbose);
  }
}
