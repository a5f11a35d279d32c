package dev.archivist.cli;

import java.io.Console;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Whether a person is looking, and how that one sees work go on. */
final class Terminal {
  private static final int WIDTH = 100;

  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  private Terminal() {}

  /**
   * A bar on standard error. The library would take the terminal over, and with it Ctrl-C, unless
   * it is told where to write.
   */
  static ProgressBarBuilder bar() {
    return new ProgressBarBuilder()
        .setStyle(ProgressBarStyle.ASCII)
        .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH));
  }

  /** Whether standard error is a terminal; true where nobody can tell. */
  private static boolean showsErrors() {
    try {
      String file = Files.readSymbolicLink(STANDARD_ERROR).toString();
      return file.startsWith("/dev/") && !file.equals("/dev/null");
    } catch (IOException | UnsupportedOperationException e) {
      return true;
    }
  }

  /** Since JDK 22 there is a console without a terminal too, and it says which it is. */
  @SuppressWarnings("SystemConsoleNull")
  static boolean isThere() {
    Console console = System.console();
    if (console == null || !showsErrors()) {
      return false;
    }
    try {
      Method isTerminal = Console.class.getMethod("isTerminal");
      return (boolean) isTerminal.invoke(console);
    } catch (ReflectiveOperationException e) {
      return true; // an older JDK, whose console is a terminal
    }
  }
}
