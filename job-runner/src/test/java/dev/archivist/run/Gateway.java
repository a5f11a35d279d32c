package dev.archivist.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A way to a server that can be cut and mended. */
final class Gateway implements AutoCloseable {
  private final URI target;
  private final ServerSocket entrance;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;

  private Gateway(URI target, ServerSocket entrance) {
    this.target = target;
    this.entrance = entrance;
  }

  static Gateway to(String endpoint) throws IOException {
    Gateway gateway =
        new Gateway(
            URI.create(endpoint), new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    daemon(gateway::accept);
    return gateway;
  }

  String endpoint() {
    return "http://127.0.0.1:" + entrance.getLocalPort();
  }

  /** Drops every connection, and each new one at once. */
  void cut() {
    cut = true;
    open.forEach(Gateway::close);
  }

  void mend() {
    cut = false;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = entrance.accept();
        if (cut) {
          close(client);
        } else {
          Socket server = new Socket(target.getHost(), target.getPort());
          open.add(client);
          open.add(server);
          daemon(() -> pass(client, server));
          daemon(() -> pass(server, client));
        }
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void pass(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[8192];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
        out.flush();
      }
    } catch (IOException e) {
      // cut
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "gateway");
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // it is gone either way
    }
  }

  @Override
  public void close() throws IOException {
    cut();
    entrance.close();
  }
}
