package io.postbus.benchmarks;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Gives each turn a thread and a limit, so that a contestant that hangs costs no other's figures.
 */
final class Turns {
  private static final Duration LEAVE = Duration.ofSeconds(5);

  private Turns() {}

  /** What is done in a turn. */
  interface Turn {
    void run() throws Exception;
  }

  /**
   * Runs it.
   *
   * @throws TimeoutException if it is not done within the limit; it is interrupted then, and left
   *     behind if it ignores that
   */
  static void within(Duration limit, Turn turn) throws Exception {
    FutureTask<Void> task =
        new FutureTask<>(
            () -> {
              turn.run();
              return null;
            });
    Thread thread = new Thread(task, "turn");
    thread.setDaemon(true);
    thread.start();
    try {
      task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      thread.interrupt();
      thread.join(LEAVE.toMillis());
      throw new TimeoutException("not done within " + limit.toSeconds() + " s");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }
}
