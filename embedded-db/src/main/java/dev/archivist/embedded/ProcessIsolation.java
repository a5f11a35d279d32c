package dev.archivist.embedded;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The commands that a PostgreSQL program is wrapped in on this machine. Each replaces itself by the
 * next (exec), so the server keeps the process id that Java knows.
 *
 * <ol>
 *   <li>{@code setsid}: a session of its own, so that Ctrl-C at the terminal reaches the program,
 *       which may want to finish a batch, and not the server under it;
 *   <li>{@code unshare -U}: PostgreSQL refuses to run as root; in a user namespace that maps nobody
 *       root is just some user;
 *   <li>{@code setpriv --pdeathsig}: the kernel signals the server when its starter dies, even by
 *       SIGKILL. It comes last because a change of credentials clears that wish.
 * </ol>
 *
 * @param ownSession whether {@code setsid} is there
 * @param userNamespace whether {@code unshare -U} is needed
 * @param deathSignal whether {@code setpriv --pdeathsig} is there
 */
record ProcessIsolation(boolean ownSession, boolean userNamespace, boolean deathSignal) {
  /**
   * Ends the command if its starter died before the death signal was asked for; the kernel does not
   * make up for a death that was already missed.
   */
  private static final String UNLESS_ORPHANED = "[ \"$PPID\" = \"$0\" ] && exec \"$@\"";

  /** Tries what is installed and permitted here. */
  static ProcessIsolation ofThisMachine() {
    boolean root = isRoot();
    if (root && !succeeds("unshare", "-U", "true")) {
      throw new EmbeddedServerException(
          "postgresql does not run as root, and this machine permits no user namespace"
              + " (unshare -U) to run it in",
          "Run archivist as an ordinary user, or set DATABASE_URL to a server of your own.");
    }
    return new ProcessIsolation(
        succeeds("setsid", "true"), root, succeeds("setpriv", "--pdeathsig", "INT", "true"));
  }

  /** The command for a process that outlives its starter. */
  List<String> detached(List<String> command) {
    List<String> wrapped = new ArrayList<>();
    if (ownSession) {
      wrapped.add("setsid");
    }
    if (userNamespace) {
      wrapped.addAll(List.of("unshare", "-U"));
    }
    wrapped.addAll(command);
    return wrapped;
  }

  /**
   * The command for a process that receives {@code signal} when the thread that starts it ends;
   * where the machine has no such thing, the same as {@link #detached}.
   */
  List<String> tied(String signal, List<String> command) {
    if (!deathSignal) {
      return detached(command);
    }
    List<String> watched = new ArrayList<>(List.of("setpriv", "--pdeathsig", signal));
    watched.addAll(List.of("sh", "-c", UNLESS_ORPHANED));
    watched.add(Long.toString(ProcessHandle.current().pid()));
    watched.addAll(command);
    return detached(watched);
  }

  private static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return System.getProperty("user.name", "").equals("root"); // no /proc: macOS
    }
  }

  private static boolean succeeds(String... command) {
    File nowhere = new File("/dev/null");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(nowhere)
              .redirectErrorStream(true)
              .redirectOutput(Redirect.to(nowhere))
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false; // not installed
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
