package dev.archivist.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Brings a server up on a home that has none running; used under the home's lock. */
final class ServerStart {
  private static final int ANY_PORT = 0;

  private final EmbeddedServer.Config config;
  private final HomeDirectory home;
  private final ProcessIsolation isolation;
  private final boolean detached;
  private final Deadline deadline;

  ServerStart(
      EmbeddedServer.Config config,
      HomeDirectory home,
      ProcessIsolation isolation,
      boolean detached,
      Deadline deadline) {
    this.config = config;
    this.home = home;
    this.isolation = isolation;
    this.detached = detached;
    this.deadline = deadline;
  }

  /** A running server and its port. */
  record Started(ServerProcess process, ServerAddress address) {}

  /** Returns once the server accepts connections. */
  Started run() {
    PostgresBinaries binaries =
        config
            .binaries()
            .map(PostgresBinaries::installedAt)
            .orElseGet(() -> PostgresBinaries.bundled(home.path()));
    boolean durable = !"off".equals(config.settings().get("fsync"));
    home.initialize(binaries, isolation, durable);
    home.forgetDeadServer();
    home.log().rotate();
    while (true) {
      int port = config.port() == ANY_PORT ? freePort() : config.port();
      long logBegin = home.log().size();
      ServerProcess process = launch(binaries, port);
      if (becomesReady(process, port)) {
        return new Started(process, new ServerAddress(port, home.password()));
      }
      String log = home.log().tail(logBegin);
      if (process.isAlive() || deadline.passed() || !passes(log)) {
        process.stop();
        throw failure(log);
      }
    }
  }

  private ServerProcess launch(PostgresBinaries binaries, int port) {
    List<String> command = new ArrayList<>();
    command.add(binaries.postgres().toString());
    command.addAll(List.of("-D", home.dataDirectory().toString()));
    settings(port).forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    List<String> locked = home.serverLock().holding(command);
    List<String> wrapped = detached ? isolation.detached(locked) : isolation.tied("INT", locked);
    return ServerProcess.start(ServerProcess.builder(wrapped, home.path(), home.log()));
  }

  private Map<String, String> settings(int port) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("port", Integer.toString(port));
    settings.put("listen_addresses", ServerAddress.HOST);
    settings.put("unix_socket_directories", "");
    settings.put("password_encryption", "scram-sha-256");
    settings.put("max_connections", "50");
    settings.put("fsync", "on");
    settings.put("full_page_writes", "on");
    settings.put("synchronous_commit", "on");
    settings.put("timezone", "UTC");
    settings.put("log_timezone", "UTC");
    settings.put("log_destination", "stderr");
    settings.put("logging_collector", "off");
    settings.putAll(config.settings());
    return settings;
  }

  /** False if the process ended or the deadline passed first. */
  private boolean becomesReady(ServerProcess process, int port) {
    ServerAddress address = new ServerAddress(port, home.password());
    try {
      deadline.await(() -> !process.isAlive() || (saysReady(process) && address.answers()));
      return process.isAlive() && saysReady(process);
    } catch (EmbeddedServerException e) {
      process.stop();
      throw e;
    }
  }

  private boolean saysReady(ServerProcess process) {
    return Postmaster.of(home.dataDirectory())
        .filter(postmaster -> postmaster.pid() == process.pid() && postmaster.ready())
        .isPresent();
  }

  /**
   * Whether the same start can succeed a moment later: another program took the free port in
   * between, or the last sessions of a server that was killed are still on their way out.
   */
  private boolean passes(String log) {
    return (config.port() == ANY_PORT && log.contains("could not bind"))
        || log.contains("pre-existing shared memory block");
  }

  private EmbeddedServerException failure(String log) {
    String what =
        deadline.passed()
            ? "the embedded server was not ready after "
                + EmbeddedServer.START_TIMEOUT.toSeconds()
                + " s"
            : "the embedded server ended while it was starting";
    String lines = log.isEmpty() ? "it has written no log" : "the end of its log:\n" + log;
    return new EmbeddedServerException(what + "; " + lines, hint(log));
  }

  private String hint(String log) {
    if (log.contains("could not bind")) {
      return "Another program listens on port " + config.port() + "; choose another port.";
    }
    if (log.contains("incompatible with server")) {
      return "These data were made by another version of PostgreSQL; start with that version, or"
          + " choose another directory with ARCHIVIST_HOME.";
    }
    if (log.contains("could not access file")) {
      return "A library that a setting names is not part of this PostgreSQL installation.";
    }
    if (deadline.passed()) {
      return "Recovery after a crash can take long; start again and it continues, or look into "
          + home.log().file()
          + ".";
    }
    return "Fix what the log reports; all of it is in " + home.log().file() + ".";
  }

  private static int freePort() {
    try (ServerSocket socket =
        new ServerSocket(ANY_PORT, 1, InetAddress.getByName(ServerAddress.HOST))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "no free port on " + ServerAddress.HOST + ": " + e.getMessage(),
          "End programs that hold very many connections, or name a port.",
          e);
    }
  }
}
