package dev.archivist.cli;

import dev.archivist.run.VerifyProgress;
import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;

/** Shows on standard error how far a verification is: a bar on a terminal, else lines if wanted. */
final class VerifyBar implements VerifyProgress {
  private final PrintWriter err;
  private final boolean verbose;
  private final boolean terminal = Terminal.isThere();
  private String policy;
  private ProgressBar bar;

  VerifyBar(PrintWriter err, boolean verbose) {
    this.err = err;
    this.verbose = verbose;
  }

  @Override
  public void began(String name, String unit, long steps) {
    policy = name;
    if (terminal) {
      bar = Terminal.bar().setTaskName(name).setInitialMax(steps).setUnit(" " + unit, 1).build();
    }
  }

  @Override
  public void advanced(String step) {
    if (bar != null) {
      bar.step();
    } else if (verbose) {
      err.println(policy + ": looked at " + step);
    }
  }

  @Override
  public void ended() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
    err.flush();
  }
}
