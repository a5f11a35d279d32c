package dev.archivist.run;

/** Hears how far a verification has come. */
public interface VerifyProgress {
  /** Nobody listens. */
  VerifyProgress SILENT =
      new VerifyProgress() {
        @Override
        public void began(String policy, String unit, long steps) {}

        @Override
        public void advanced(String step) {}

        @Override
        public void ended() {}
      };

  /**
   * @param unit what a step is: {@code months} or {@code objects}
   * @param steps how many there will be, -1 if that is not known
   */
  void began(String policy, String unit, long steps);

  /**
   * @param step the month or object that was looked at
   */
  void advanced(String step);

  void ended();
}
