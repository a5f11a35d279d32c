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
    return Main.run(new WatchedOutput(out, () -> false), err, args);
  }

  @Test
  void aFailureWithoutAReasonIsOneToo() {
    assertThat(run(failing(null), "--help")).isEqualTo(1);
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
    assertThat(run(failing("Daten\u00fcbergabe unterbrochen (broken pipe)"), "--help")).isZero();
    assertThat(Main.run(new WatchedOutput(failing("Relais bris\u00e9"), () -> true), err, "--help"))
        .isZero();
    assertThat(err.size()).isZero();
  }

  @Test
  void whatIsWrittenArrives() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    assertThat(run(out, "--version")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("archivist");
  }
}
