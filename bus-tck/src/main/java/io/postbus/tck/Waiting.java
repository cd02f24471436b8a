package io.postbus.tck;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A call that waits, on a thread of its own. */
final class Waiting {
  private final Thread thread;
  private volatile @Nullable Throwable failure;
  private volatile boolean interrupted;

  private Waiting(Runnable call) {
    thread =
        new Thread(
            () -> {
              try {
                call.run();
              } catch (RuntimeException | AssertionError e) {
                failure = e;
              }
              interrupted = Thread.currentThread().isInterrupted();
            },
            "tck-waiting");
  }

  static Waiting in(Runnable call) {
    Waiting waiting = new Waiting(call);
    waiting.thread.start();
    return waiting;
  }

  /** Returns once the thread waits for something. */
  void awaitParked(Duration limit) {
    Eventually.within(limit)
        .until(
            "the call waits",
            () ->
                thread.getState() == Thread.State.TIMED_WAITING
                    || thread.getState() == Thread.State.WAITING);
  }

  boolean ended() {
    return !thread.isAlive();
  }

  void interrupt() {
    thread.interrupt();
  }

  /** Waits for the end of the call and throws what it threw. */
  void end(Duration limit) throws InterruptedException {
    Throwable thrown = failure(limit);
    if (thrown != null) {
      throw new AssertionError("The call failed", thrown);
    }
  }

  /** Waits for the end of the call and returns what it threw, if anything. */
  @Nullable Throwable failure(Duration limit) throws InterruptedException {
    thread.join(limit.toMillis());
    if (thread.isAlive()) {
      AssertionError stuck = new AssertionError("The call has not ended within " + limit);
      stuck.setStackTrace(thread.getStackTrace());
      throw stuck;
    }
    return failure;
  }

  /** Whether the thread was interrupted when the call had ended. */
  boolean interrupted() {
    return interrupted;
  }
}
