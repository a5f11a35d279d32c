package dev.archivist.run;

import java.util.List;

/** Reports that could not be archived, put into one message. */
final class FailedReports {
  private static final int SHOWN = 20;

  private FailedReports() {}

  static String summary(List<String> problems) {
    String shown = String.join("; ", problems.subList(0, Math.min(SHOWN, problems.size())));
    String rest = problems.size() > SHOWN ? "; and " + (problems.size() - SHOWN) + " more" : "";
    return problems.size()
        + (problems.size() == 1 ? " report stays: " : " reports stay: ")
        + shown
        + rest;
  }
}
