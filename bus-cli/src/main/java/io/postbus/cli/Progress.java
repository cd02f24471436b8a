package io.postbus.cli;

import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A line on the terminal that tells how far long work is; nothing where stderr is none. One thread.
 */
public final class Progress implements AutoCloseable {
  private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(200);
  private static final String ERASE = "\r\u001B[K";

  private final PrintStream err;
  private final boolean shown;
  private long next = System.nanoTime() + INTERVAL;
  private boolean written;

  Progress(PrintStream err, Terminal terminal) {
    this.err = err;
    this.shown = terminal.err();
  }

  /** Shows how far it is, a few times a second. */
  public void at(Supplier<String> text) {
    if (shown && System.nanoTime() - next > 0) {
      next = System.nanoTime() + INTERVAL;
      err.print((written ? ERASE : "") + text.get());
      err.flush();
      written = true;
    }
  }

  /** Takes the line away. Idempotent. */
  @Override
  public void close() {
    if (written) {
      err.print(ERASE);
      err.flush();
      written = false;
    }
  }
}
