package dev.archivist.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A port for a server that is started later or started again: below those that systems give away by
 * themselves, so that no connection and no server of another test takes it meanwhile.
 */
public final class FreePort {
  private static final int LOWEST = 20_000;
  private static final int LOWEST_GIVEN = 32_768;
  private static final int ATTEMPTS = 10;

  private FreePort() {}

  /** Nobody listens there now. */
  public static int any() {
    for (int attempt = 1; ; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, LOWEST_GIVEN);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
