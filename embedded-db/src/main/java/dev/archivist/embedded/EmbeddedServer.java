package dev.archivist.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A PostgreSQL server on 127.0.0.1 whose data stay on disk, with every promise of durability kept.
 *
 * <p>One home directory has at most one server, and any number of programs use it at the same time:
 * the first starts it, the others attach to it. Where the home is shared with another container,
 * they attach if they reach its port, and are refused otherwise.
 *
 * <p>A server from {@link #start} ends with the program that started it: by {@link #close}, or when
 * that program dies, even by SIGKILL (on Linux with util-linux; elsewhere a shutdown hook does what
 * it can). Programs that are still attached then lose their connections, as they would when any
 * server is shut down; open transactions roll back. A server from {@link #startDetached} runs until
 * {@link #stop}.
 *
 * <p>Safe for use by many threads.
 */
public final class EmbeddedServer implements AutoCloseable {
  /** How long a start may take, recovery after a crash included. */
  static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  private static final Duration STOP_LOCK_TIMEOUT = Duration.ofMinutes(2);

  /** How long the processes of a server that was killed may take to leave. */
  private static final Duration LEAVING = Duration.ofSeconds(10);

  private final ServerAddress address;
  private final long pid;
  private final boolean startedHere;
  private final Runnable stop;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedServer(ServerAddress address, long pid, boolean startedHere, Runnable stop) {
    this.address = address;
    this.pid = pid;
    this.startedHere = startedHere;
    this.stop = stop;
  }

  /**
   * What to start. Everything but the home directory has a default.
   *
   * @param home holds the data, the password and the log; made where it is missing
   * @param binaries an installation, the directory that holds {@code bin/}; empty for the one that
   *     comes with the program
   * @param settings of the server, by name as in {@code postgresql.conf}; they win over ours. They
   *     mean nothing to a server that is running already
   * @param port on 127.0.0.1; 0 for a free one. A server that is running already keeps its own
   */
  public record Config(Path home, Optional<Path> binaries, Map<String, String> settings, int port) {
    private static final int MAX_PORT = 65_535;

    public Config {
      settings = Map.copyOf(settings);
      if (port < 0 || port > MAX_PORT) {
        throw new IllegalArgumentException("port " + port + " is not between 0 and " + MAX_PORT);
      }
    }

    /** The bundled PostgreSQL on a free port. */
    public static Config in(Path home) {
      return new Config(home, Optional.empty(), Map.of(), 0);
    }

    /** The same with an installation of its own. */
    public Config withBinaries(Path installation) {
      return new Config(home, Optional.of(installation), settings, port);
    }

    /** The same with one more setting of the server. */
    public Config withSetting(String name, String value) {
      Map<String, String> more = new LinkedHashMap<>(settings);
      more.put(name, value);
      return new Config(home, binaries, more, port);
    }

    /** The same on a port of its own choice; 0 for a free one. */
    public Config withPort(int newPort) {
      return new Config(home, binaries, settings, newPort);
    }
  }

  /**
   * Starts a server that ends with this program, or attaches to the one that runs on this home. The
   * first start makes the database, which takes seconds.
   *
   * @throws EmbeddedServerException if no server can be had; it says why and what to do
   */
  public static EmbeddedServer start(Config config) {
    return startOrAttach(config, false);
  }

  /**
   * As {@link #start}, but the server outlives this program; {@link #close} leaves it running. It
   * does not change the life of a server that is running already: see {@link #isStartedHere}.
   *
   * @throws EmbeddedServerException if no server can be had; it says why and what to do
   */
  public static EmbeddedServer startDetached(Config config) {
    return startOrAttach(config, true);
  }

  /**
   * The server that runs on this home, or empty; starts none.
   *
   * @throws EmbeddedServerException if one runs but cannot be logged in to
   */
  public static Optional<EmbeddedServer> running(Config config) {
    if (!Files.isDirectory(config.home())) {
      return Optional.empty();
    }
    return attach(HomeDirectory.open(config.home()), Deadline.in(START_TIMEOUT));
  }

  /**
   * Stops the server of this home, whoever started it, and waits until it has ended.
   *
   * @return false if none was running
   * @throws EmbeddedServerException if it does not stop, or runs where this program cannot reach it
   */
  public static boolean stop(Config config) {
    if (!Files.isDirectory(config.home())) {
      return false;
    }
    HomeDirectory home = HomeDirectory.open(config.home());
    try (HomeLock lock = HomeLock.acquire(home.lockFile(), Deadline.in(STOP_LOCK_TIMEOUT))) {
      Optional<Postmaster> running = home.runningServer();
      running.ifPresent(server -> ServerStop.stop(server.pid(), () -> !server.isLive()));
      if (!Deadline.in(LEAVING).await(() -> !home.serverLock().isHeld())) {
        throw outOfReach(home);
      }
      return running.isPresent();
    }
  }

  private static EmbeddedServer startOrAttach(Config config, boolean detached) {
    Deadline deadline = Deadline.in(START_TIMEOUT);
    HomeDirectory home = HomeDirectory.open(config.home());
    try (HomeLock lock = HomeLock.acquire(home.lockFile(), deadline)) {
      Optional<EmbeddedServer> running = attach(home, deadline);
      if (running.isPresent()) {
        return running.get();
      }
      ProcessIsolation isolation = ProcessIsolation.ofThisMachine();
      ServerStart.Started started =
          new ServerStart(config, home, isolation, detached, deadline).run();
      Runnable stop = detached ? () -> {} : ending(started.process(), isolation);
      return new EmbeddedServer(started.address(), started.process().pid(), true, stop);
    }
  }

  /** Waits for a server that is starting up or shutting down to have done so. */
  private static Optional<EmbeddedServer> attach(HomeDirectory home, Deadline deadline) {
    AtomicReference<EmbeddedServer> attached = new AtomicReference<>();
    boolean settled =
        deadline.await(
            () -> {
              Optional<Postmaster> running = home.runningServer();
              running.flatMap(server -> attachTo(server, home)).ifPresent(attached::set);
              return running.isEmpty() || attached.get() != null;
            });
    if (!settled) {
      throw new EmbeddedServerException(
          "a server runs on " + home.path() + " but answers no connection",
          "Look into " + home.log().file() + ", or stop it with archivist db stop.");
    }
    return attached.get() == null ? attachToUnseen(home, deadline) : Optional.of(attached.get());
  }

  /**
   * A server whose process cannot be seen from here, as in another container, can be used if its
   * port can be reached; never is another one started beside it.
   */
  private static Optional<EmbeddedServer> attachToUnseen(HomeDirectory home, Deadline deadline) {
    AtomicReference<EmbeddedServer> attached = new AtomicReference<>();
    boolean settled =
        Deadline.in(LEAVING)
            .await(
                () -> {
                  if (!home.serverLock().isHeld() || home.runningServer().isPresent()) {
                    return true;
                  }
                  Postmaster.of(home.dataDirectory())
                      .flatMap(server -> attachToAnswering(server, home))
                      .ifPresent(attached::set);
                  return attached.get() != null;
                });
    if (!settled) {
      throw outOfReach(home);
    }
    return attached.get() == null && home.runningServer().isPresent()
        ? attach(home, deadline)
        : Optional.ofNullable(attached.get());
  }

  /** Where the port is another server's, that one refuses the login. */
  private static Optional<EmbeddedServer> attachToAnswering(Postmaster server, HomeDirectory home) {
    try {
      return attachTo(server, home);
    } catch (EmbeddedServerException e) {
      return Optional.empty(); // what is said when it does not answer fits
    }
  }

  private static EmbeddedServerException outOfReach(HomeDirectory home) {
    return new EmbeddedServerException(
        "a server runs on "
            + home.path()
            + " where this program cannot reach it, as in another"
            + " container",
        "Stop it there with archivist db stop, or choose another directory with ARCHIVIST_HOME."
            + " Nothing was started beside it.");
  }

  private static Optional<EmbeddedServer> attachTo(Postmaster server, HomeDirectory home) {
    if (!server.ready()) {
      return Optional.empty();
    }
    ServerAddress address = new ServerAddress(server.port(), home.password());
    return address.answers()
        ? Optional.of(new EmbeddedServer(address, server.pid(), false, () -> {}))
        : Optional.empty();
  }

  private static Runnable ending(ServerProcess process, ProcessIsolation isolation) {
    if (isolation.deathSignal()) {
      return process::stop;
    }
    Thread hook = new Thread(process::stop, "stop-embedded-postgresql");
    Runtime.getRuntime().addShutdownHook(hook);
    return () -> {
      process.stop();
      forget(hook);
    };
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // the JVM is shutting down: the hook runs, and finds the server gone
    }
  }

  /** The URL of a database on this server; it holds neither user nor password. */
  public String jdbcUrl(String database) {
    return address.jdbcUrl(database);
  }

  /** Opens a session as the superuser; the caller closes it. */
  public Connection connect(String database) throws SQLException {
    return address.connect(database);
  }

  /** The port on 127.0.0.1. */
  public int port() {
    return address.port();
  }

  /** The superuser. */
  public String user() {
    return HomeDirectory.SUPERUSER;
  }

  /** The superuser's password; also in the file {@code password} of the home directory. */
  public String password() {
    return address.password();
  }

  /** The process id of the server. */
  public long pid() {
    return pid;
  }

  /** False where this is another program's server that this one attached to. */
  public boolean isStartedHere() {
    return startedHere;
  }

  /**
   * Creates an empty UTF-8 database unless there is one of this name.
   *
   * @throws EmbeddedServerException if PostgreSQL refuses
   */
  public void createDatabaseIfMissing(String name) {
    address.createDatabaseIfMissing(name);
  }

  /**
   * Stops the server and waits until it has ended, if it was {@linkplain #start started} here; does
   * nothing to a detached or another program's server, or the second time.
   */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      stop.run();
    }
  }
}
