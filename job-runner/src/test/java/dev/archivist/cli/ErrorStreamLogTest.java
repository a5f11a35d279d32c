package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class ErrorStreamLogTest {
  @Test
  void writesLinesInUtcWithWhatWasThrownAndOnlyWhatIsWorthIt() {
    PrintStream before = System.err;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    try {
      ErrorStreamLog.writeLines(context);
      context.getLogger("dev.archivist.run.Job").info("too little");
      context.getLogger("org.other.Pool").warn("of others");
      context.getLogger("dev.archivist.run.Job").warn("{} is late – so", "logs");
      context.getLogger("org.other.Pool").error("broken", new IllegalStateException("why"));
    } finally {
      context.stop();
      System.setErr(before);
    }

    assertThat(ServiceLoader.load(Configurator.class))
        .hasAtLeastOneElementOfType(ErrorStreamLog.class);
    assertThat(written.toString(StandardCharsets.UTF_8))
        .matches(
            "(?s)\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z WARN  Job logs is late – so\n"
                + "\\d{4}-\\S+Z ERROR Pool broken\n"
                + "java\\.lang\\.IllegalStateException: why\n\tat .*");
  }
}
