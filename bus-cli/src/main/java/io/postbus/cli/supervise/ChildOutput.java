package io.postbus.cli.supervise;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes a child's stdout on as it comes and takes the reports out of it. Runs on a thread of its
 * own until the child closes its stdout.
 */
final class ChildOutput implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(ChildOutput.class);

  private final InputStream from;
  private final PrintStream to;
  private final Consumer<Report> reports;
  private final ByteArrayOutputStream report = new ByteArrayOutputStream();
  private boolean lineBegins = true;
  private boolean reporting;

  ChildOutput(InputStream from, PrintStream to, Consumer<Report> reports) {
    this.from = from;
    this.to = to;
    this.reports = reports;
  }

  @Override
  public void run() {
    byte[] chunk = new byte[8192];
    try (from) {
      for (int length = from.read(chunk); length >= 0; length = from.read(chunk)) {
        pass(chunk, length);
      }
    } catch (IOException e) {
      log.debug("The output of a process ended early", e);
    }
  }

  private void pass(byte[] chunk, int length) {
    int from = 0;
    for (int i = 0; i < length; i++) {
      int c = chunk[i];
      if (reporting) {
        from = i + 1;
        reported(c);
      } else if (lineBegins && c == Report.MARK) {
        to.write(chunk, from, i - from);
        from = i + 1;
        reporting = true;
      }
      lineBegins = c == '\n';
    }
    to.write(chunk, from, length - from);
    to.flush();
  }

  private void reported(int c) {
    if (c != '\n' && report.size() < Report.LONGEST) {
      report.write(c);
      return;
    }
    reporting = false;
    Report.parse(report.toString(StandardCharsets.US_ASCII)).ifPresent(reports);
    report.reset();
  }
}
