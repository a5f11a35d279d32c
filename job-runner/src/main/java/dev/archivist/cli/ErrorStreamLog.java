package dev.archivist.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * How the log looks: lines on standard error, in UTC. Logback finds it by its service file, and
 * takes a {@code logback.xml} before it where there is one. Said in Java, it spares each command
 * half a thousand classes that read XML and patterns.
 */
public final class ErrorStreamLog extends ContextAwareBase implements Configurator {
  private static final DateTimeFormatter INSTANT =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (isSaidElsewhere()) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    writeLines(context);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** Logback asks services before it looks for its files. */
  private static boolean isSaidElsewhere() {
    ClassLoader loader = ErrorStreamLog.class.getClassLoader();
    return System.getProperty("logback.configurationFile") != null
        || loader.getResource("logback-test.xml") != null
        || loader.getResource("logback.xml") != null;
  }

  static void writeLines(LoggerContext context) {
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setLayout(new Lines());
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName("STDERR");
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.ERROR);
    root.addAppender(appender);
    context.getLogger("dev.archivist").setLevel(Level.WARN);
  }

  /** Instant, level, last part of the logger's name, message; below it what was thrown. */
  static final class Lines extends LayoutBase<ILoggingEvent> {
    @Override
    public String doLayout(ILoggingEvent event) {
      String name = event.getLoggerName();
      String line =
          INSTANT.format(event.getInstant())
              + " "
              + (event.getLevel().toString() + "  ").substring(0, 5)
              + " "
              + name.substring(name.lastIndexOf('.') + 1)
              + " "
              + VisibleControls.onOneLine(event.getFormattedMessage())
              + "\n";
      return event.getThrowableProxy() == null
          ? line
          : line + ThrowableProxyUtil.asString(event.getThrowableProxy());
    }
  }
}
