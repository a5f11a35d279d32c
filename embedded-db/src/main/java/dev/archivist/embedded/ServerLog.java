package dev.archivist.embedded;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The file that the server writes its log to. It grows while a server runs; a start sets a large
 * one aside, so that at most two are kept.
 *
 * @param file {@code server.log}
 */
record ServerLog(Path file) {
  private static final long LARGE_BYTES = 10L * 1024 * 1024;
  private static final int TAIL_BYTES = 16 * 1024;
  private static final int TAIL_LINES = 12;

  /** Call it only while no server writes to the file. */
  void rotate() {
    if (size() > LARGE_BYTES) {
      try {
        Path old = file.resolveSibling(file.getFileName() + ".1");
        Files.move(file, old, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        return; // a long log is no reason not to start
      }
    }
  }

  /** Bytes written so far: where the lines of the next server begin. */
  long size() {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }

  /** The last lines that were written after the first {@code from} bytes; empty if none were. */
  String tail(long from) {
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      long begin = Math.max(from, log.length() - TAIL_BYTES);
      byte[] bytes = new byte[(int) Math.max(0, log.length() - begin)];
      log.seek(begin);
      log.readFully(bytes);
      List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return "";
    }
  }
}
