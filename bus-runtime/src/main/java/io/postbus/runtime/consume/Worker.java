package io.postbus.runtime.consume;

/**
 * A thread on which handlers run, as those see it who must end what it does. Its own thread calms
 * it after each piece of work; interrupting and giving up come from the timeline's thread.
 */
final class Worker {
  private final Thread thread;
  private final Runnable replace;
  private volatile boolean disturbed;
  private volatile boolean givenUp;

  /**
   * The calling thread as a worker.
   *
   * @param replace called once, when it is given up
   */
  Worker(Runnable replace) {
    this.thread = Thread.currentThread();
    this.replace = replace;
  }

  StackTraceElement[] stack() {
    return thread.getStackTrace();
  }

  /** Interrupts the handler of this job, and never that of the next one. */
  synchronized void interrupt(Job job) {
    disturbed = true;
    if (job.running()) {
      thread.interrupt();
    }
  }

  /** No work is expected of it any more; false if it has come back from this job. */
  synchronized boolean giveUp(Job job) {
    if (!job.running()) {
      return false;
    }
    if (!givenUp) {
      givenUp = true;
      replace.run();
    }
    return true;
  }

  boolean givenUp() {
    return givenUp;
  }

  /** Takes back an interrupt, which was meant for what this thread did before. */
  void calm() {
    if (disturbed) {
      synchronized (this) {
        disturbed = false;
        Thread.interrupted();
      }
    } else if (thread.isInterrupted()) {
      Thread.interrupted();
    }
  }

  @Override
  public String toString() {
    return thread.getName();
  }
}
