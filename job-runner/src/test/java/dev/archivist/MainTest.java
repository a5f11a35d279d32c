package dev.archivist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What the program answers where its output does not arrive. */
class MainTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(OutputStream out, String... args) {
    return Main.run(out, err, args);
  }

  private static OutputStream failing(String reason) {
    return new OutputStream() {
      @Override
      public void write(int one) throws IOException {
        throw new IOException(reason);
      }
    };
  }

  @Test
  void anAnswerThatCouldNotBeWrittenIsAFailure() {
    assertThat(run(failing("No space left on device"), "--help")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("not all of the output could be written: No space left on device", "HINT: ");
  }

  @Test
  void aReaderThatHasSeenEnoughIsNoFailure() {
    assertThat(run(failing("Broken pipe"), "--help")).isZero();
    assertThat(err.size()).isZero();
  }

  @Test
  void whatIsWrittenArrives() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    assertThat(run(out, "--version")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("archivist");
  }
}
