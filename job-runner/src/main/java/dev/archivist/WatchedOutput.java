package dev.archivist;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Output that remembers why it could not be written: a {@code PrintWriter} keeps no reason. */
final class WatchedOutput extends FilterOutputStream {
  private final BooleanSupplier isPipe;
  private IOException failure;

  /**
   * @param isPipe whether somebody reads it who may go when he has seen enough
   */
  WatchedOutput(OutputStream out, BooleanSupplier isPipe) {
    super(out);
    this.isPipe = isPipe;
  }

  /** Whether a stream of this process is a pipe; where there is no {@code /proc}, false. */
  static boolean isPipe(int descriptor) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
          .toString()
          .startsWith("pipe:");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /**
   * Why not all was written; empty if it was, or if its reader has gone. The system says that in
   * the user's language.
   */
  Optional<String> failure() {
    if (failure == null || isPipe.getAsBoolean()) {
      return Optional.empty();
    }
    String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    return Optional.of(reason)
        .filter(said -> !said.toLowerCase(Locale.ROOT).contains("broken pipe"));
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      failure = failure == null ? e : failure;
      throw e;
    }
  }
}
