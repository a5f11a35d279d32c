package dev.archivist.cli;

import java.io.Console;
import java.lang.reflect.Method;

/** Whether a person is looking. */
final class Terminal {
  private Terminal() {}

  /** Since JDK 22 there is a console without a terminal too, and it says which it is. */
  @SuppressWarnings("SystemConsoleNull")
  static boolean isThere() {
    Console console = System.console();
    if (console == null) {
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
