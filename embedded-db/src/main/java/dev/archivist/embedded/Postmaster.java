package dev.archivist.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the file {@code postmaster.pid} says about the server of a data directory. The file outlives
 * a crash, and its process id may since belong to another program: see {@link #isLive}.
 *
 * @param dataDirectory where the file was found
 * @param pid the server's process id
 * @param port its port; 0 while it is too young to have written one
 * @param ready whether it said that it accepts connections
 */
record Postmaster(Path dataDirectory, long pid, int port, boolean ready) {
  private static final int PORT_LINE = 3;
  private static final int STATUS_LINE = 7;

  /** Reads the file; empty where there is none, or none that can be understood yet. */
  static Optional<Postmaster> of(Path dataDirectory) {
    try {
      List<String> lines = Files.readAllLines(file(dataDirectory));
      return lines.isEmpty() ? Optional.empty() : Optional.of(parse(dataDirectory, lines));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  static Path file(Path dataDirectory) {
    return dataDirectory.resolve("postmaster.pid");
  }

  private static Postmaster parse(Path dataDirectory, List<String> lines) {
    int port =
        lines.size() > PORT_LINE && !lines.get(PORT_LINE).isBlank()
            ? Integer.parseInt(lines.get(PORT_LINE).strip())
            : 0;
    boolean ready = lines.size() > STATUS_LINE && lines.get(STATUS_LINE).strip().equals("ready");
    // A negative number is a single-user backend; it holds the directory all the same.
    long pid = Math.abs(Long.parseLong(lines.get(0).strip()));
    return new Postmaster(dataDirectory, pid, port, ready);
  }

  /** Whether the file is still there and its process is a server on this very directory. */
  boolean isLive() {
    return of(dataDirectory).filter(now -> now.pid == pid).isPresent() && isServer();
  }

  private boolean isServer() {
    Path proc = Path.of("/proc", Long.toString(pid));
    if (!Files.isDirectory(Path.of("/proc/self"))) {
      return ProcessHandle.of(pid)
          .filter(ProcessHandle::isAlive)
          .flatMap(process -> process.info().command())
          .map(command -> command.endsWith("/postgres"))
          .orElse(false);
    }
    return isNamedPostgres(proc) && !worksElsewhere(proc);
  }

  /** Judges by name and state: a zombie that nobody reaps is dead, though its id is taken. */
  private static boolean isNamedPostgres(Path proc) {
    try {
      String stat = Files.readString(proc.resolve("stat"));
      int nameEnd = stat.lastIndexOf(')');
      String name = stat.substring(stat.indexOf('(') + 1, nameEnd);
      char state = stat.charAt(nameEnd + 2);
      return name.equals("postgres") && state != 'Z' && state != 'X';
    } catch (IOException | IndexOutOfBoundsException e) {
      return false;
    }
  }

  private boolean worksElsewhere(Path proc) {
    try {
      return !Files.isSameFile(proc.resolve("cwd").toRealPath(), dataDirectory);
    } catch (IOException | SecurityException e) {
      return false; // another user's process keeps that to itself: believe the name
    }
  }
}
