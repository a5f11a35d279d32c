package dev.archivist.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** How much the program logs. Logs go to standard error, answers to standard output. */
final class Logging {
  /** Held, or its level would be forgotten with it. */
  private static final java.util.logging.Logger DRIVER =
      java.util.logging.Logger.getLogger("org.postgresql");

  private Logging() {}

  static void configure(boolean verbose) {
    // what the driver has to say, it throws
    DRIVER.setLevel(java.util.logging.Level.OFF);
    if (LoggerFactory.getLogger("dev.archivist") instanceof Logger logger) {
      logger.setLevel(verbose ? Level.INFO : Level.WARN);
    }
  }

  /** A daemon says what it does without being asked. */
  static void daemon() {
    configure(true);
  }
}
