package io.postbus.cli.supervise;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The supervisor, as its child sees it: through stdin and stdout. Thread-safe. */
public final class ParentProcess {
  private static final Logger log = LoggerFactory.getLogger(ParentProcess.class);

  private final InputStream in;
  private final PrintStream out;

  public ParentProcess(InputStream in, PrintStream out) {
    this.in = in;
    this.out = out;
  }

  /** Tells it that the modules run, and on which port of 127.0.0.1 this process answers. */
  public void started(OptionalInt admin) {
    out.print(new Report(admin).line());
    out.flush();
  }

  /** Calls once when the supervisor is gone: the pipe from it ends with it. */
  public void whenGone(Runnable then) {
    Thread watch =
        new Thread(
            () -> {
              awaitEnd();
              then.run();
            },
            "postbus-parent");
    watch.setDaemon(true);
    watch.start();
  }

  private void awaitEnd() {
    byte[] ignored = new byte[64];
    try {
      int length;
      do {
        length = in.read(ignored);
      } while (length >= 0);
      log.warn("The supervisor is gone");
    } catch (IOException e) {
      log.warn("The pipe from the supervisor broke", e);
    }
  }
}
