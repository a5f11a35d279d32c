package dev.archivist.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What PgBouncer does with the settings that a client opens its session with: it refuses them, or,
 * told to ignore them, keeps them from the server. See <a
 * href="https://www.postgresql.org/docs/15/protocol-message-formats.html">StartupMessage</a>.
 */
public final class PoolerProxy implements AutoCloseable {
  private static final int SSL_REQUEST = 80_877_103;
  private static final int GSS_REQUEST = 80_877_104;

  private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final int serverPort;
  private final boolean ignoring;

  /**
   * @param ignoring whether it keeps the settings from the server instead of refusing them
   */
  public PoolerProxy(int serverPort, boolean ignoring) throws IOException {
    this.serverPort = serverPort;
    this.ignoring = ignoring;
    daemon(this::accept);
  }

  public int port() {
    return listening.getLocalPort();
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void daemon(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // one side has gone
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listening.accept();
      daemon(() -> serve(client));
    }
  }

  private void serve(Socket client) throws IOException {
    DataInputStream in = new DataInputStream(client.getInputStream());
    int length = in.readInt();
    int code = in.readInt();
    while (code == SSL_REQUEST || code == GSS_REQUEST) {
      client.getOutputStream().write('N');
      length = in.readInt();
      code = in.readInt();
    }
    String text = new String(in.readNBytes(length - 8), StandardCharsets.UTF_8);
    List<String> words = new ArrayList<>(List.of(text.split("\0")));
    int options = words.indexOf("options");
    if (options >= 0 && !ignoring) {
      refuse(client);
      return;
    }
    if (options >= 0) {
      words.subList(options, options + 2).clear();
    }
    byte[] parameters = (String.join("\0", words) + "\0\0").getBytes(StandardCharsets.UTF_8);
    Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
    DataOutputStream out = new DataOutputStream(server.getOutputStream());
    out.writeInt(parameters.length + 8);
    out.writeInt(code);
    out.write(parameters);
    out.flush();
    daemon(() -> pass(server, client));
    pass(client, server);
  }

  private static void pass(Socket from, Socket to) throws IOException {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    }
  }

  private static void refuse(Socket client) throws IOException {
    ByteArrayOutputStream fields = new ByteArrayOutputStream();
    for (String field : List.of("SFATAL", "C08P01", "Munsupported startup parameter: options")) {
      fields.write(field.getBytes(StandardCharsets.UTF_8));
      fields.write(0);
    }
    fields.write(0);
    try (client;
        DataOutputStream out = new DataOutputStream(client.getOutputStream())) {
      out.writeByte('E');
      out.writeInt(fields.size() + 4);
      out.write(fields.toByteArray());
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
