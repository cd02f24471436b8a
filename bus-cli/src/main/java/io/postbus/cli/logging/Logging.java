package io.postbus.cli.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.postbus.runtime.config.HostSettings.Format;

/**
 * What is logged and how; the same for the whole process. Thread-safe.
 *
 * @param level of everything in the process
 * @param process stands in each line, where it is not empty: which of several processes wrote it
 */
public record Logging(Level level, Format format, String process) {
  /** Names a logback.xml, which then counts instead. */
  private static final String OWN_FILE = "logback.configurationFile";

  private static final String TIME = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX}";

  /** Which delivery a line is about, if it is about one. */
  private static final String DELIVERY =
      "%replace( [%X{postbus.group} %X{postbus.id} #%X{postbus.attempt}]){' \\[  #\\]', ''}";

  private static volatile Logging wanted = new Logging(Level.WARN, Format.TEXT, "");

  /** Logs like this from now on. Logback itself is loaded when something is logged. */
  public void use() {
    wanted = this;
    if (Configured.once && !ownFile()) {
      apply((LoggerContext) org.slf4j.LoggerFactory.getILoggerFactory());
    }
  }

  static Logging wanted() {
    return wanted;
  }

  static boolean ownFile() {
    return System.getProperty(OWN_FILE) != null;
  }

  void apply(LoggerContext context) {
    Configured.once = true;
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName("stderr");
    appender.setTarget("System.err");
    appender.setEncoder(encoder(context));
    appender.start();
    root.addAppender(appender);
    root.setLevel(level);
  }

  private Encoder<ILoggingEvent> encoder(LoggerContext context) {
    return format == Format.JSON ? json(context) : text(context);
  }

  private Encoder<ILoggingEvent> text(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    String who = process.isEmpty() ? "" : "[" + process.replace("%", "\\%") + "] ";
    encoder.setPattern(TIME + " %-5level " + who + "%logger{0} - %msg" + DELIVERY + "%n");
    encoder.start();
    return encoder;
  }

  private Encoder<ILoggingEvent> json(LoggerContext context) {
    if (!process.isEmpty()) {
      context.putProperty("process", process);
    }
    JsonEncoder encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithFormattedMessage(true);
    encoder.setWithMessage(false);
    encoder.setWithArguments(false);
    encoder.start();
    return encoder;
  }

  /** Whether Logback has asked yet. */
  private static final class Configured {
    private static volatile boolean once;
  }
}
