package dev.archivist.torture;

import dev.archivist.embedded.EmbeddedServer;
import dev.archivist.testing.FreePort;
import dev.archivist.testing.TestCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A PostgreSQL of its own, with fsync on, that dies whole and comes back on the same port. */
final class KillableServer implements AutoCloseable {
  private final EmbeddedServer.Config config;
  private EmbeddedServer server;

  private KillableServer(EmbeddedServer.Config config) {
    this.config = config;
    this.server = EmbeddedServer.start(config);
  }

  static KillableServer start(Path home) {
    return new KillableServer(TestCluster.serverIn(home).withPort(FreePort.any()));
  }

  synchronized EmbeddedServer server() {
    return server;
  }

  /** SIGKILL to the postmaster and all its children at once, then a start, which recovers. */
  synchronized void killAndRestart() {
    ProcessHandle postmaster = ProcessHandle.of(server.pid()).orElseThrow();
    List<ProcessHandle> all = new ArrayList<>(List.of(postmaster));
    postmaster.descendants().forEach(all::add);
    all.forEach(ProcessHandle::destroyForcibly);
    // Its orphans may stay as zombies for a while; the start waits for those that still run.
    postmaster.onExit().join();
    server = EmbeddedServer.start(config);
  }

  @Override
  public synchronized void close() {
    server.close();
  }
}
