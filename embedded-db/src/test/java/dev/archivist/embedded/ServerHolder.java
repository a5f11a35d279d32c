package dev.archivist.embedded;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A program that starts a server and then does nothing, for tests that end it. Arguments: the home
 * directory, {@code start} or {@code detached}, and a file that gets the server's process id.
 */
final class ServerHolder {
  private ServerHolder() {}

  public static void main(String[] args) throws Exception {
    EmbeddedServer.Config config = EmbeddedServer.Config.in(Path.of(args[0]));
    AtomicReference<EmbeddedServer> server = new AtomicReference<>();
    // From a thread that ends at once: the server must not end with it.
    Thread starter =
        new Thread(
            () ->
                server.set(
                    args[1].equals("detached")
                        ? EmbeddedServer.startDetached(config)
                        : EmbeddedServer.start(config)));
    starter.start();
    starter.join();
    Path temporary = Path.of(args[2] + ".tmp");
    Files.writeString(temporary, Long.toString(server.get().pid()), StandardCharsets.UTF_8);
    Files.move(temporary, Path.of(args[2]));
    new CountDownLatch(1).await();
  }
}
