package dev.archivist.run;

import dev.archivist.engine.job.BatchResult;

/** Hears how a job is getting on. */
public interface Progress {
  /** Hears nothing. */
  Progress SILENT =
      new Progress() {
        @Override
        public void began(String policy) {}

        @Override
        public void advanced(String policy, BatchResult batch) {}

        @Override
        public void note(String policy, String message) {}

        @Override
        public void ended(JobOutcome outcome) {}
      };

  /** The job was opened. */
  void began(String policy);

  /** A batch was committed. */
  void advanced(String policy, BatchResult batch);

  /** Something that the reader should know, and that does not fail the job. */
  void note(String policy, String message);

  /** The job was closed, or could not be opened. */
  void ended(JobOutcome outcome);
}
