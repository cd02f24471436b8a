package io.postbus.runtime.consume;

import org.jspecify.annotations.Nullable;

/**
 * A thread on which handlers run, as those see it who must end what it does. Its own thread calms
 * it after each piece of work; interrupting and giving up come from the timeline's thread.
 */
final class Worker {
  private static final ThreadLocal<Worker> CURRENT = new ThreadLocal<>();

  private final Thread thread;
  private final Ready<?> source;
  private final Runnable replace;
  private volatile boolean disturbed;

  /** Of the worker's own thread. */
  private boolean coming;

  private volatile boolean givenUp;

  /**
   * The calling thread as a worker.
   *
   * @param source where it takes its work
   * @param replace called once, when it is given up
   */
  Worker(Ready<?> source, Runnable replace) {
    CURRENT.set(this);
    this.thread = Thread.currentThread();
    this.source = source;
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

  /** The one that the calling thread is, or null. */
  static @Nullable Worker current() {
    return CURRENT.get();
  }

  /** Whether it, which asks, is done with its work and about to take more from there. */
  boolean comesTo(Ready<?> work) {
    return coming && source == work;
  }

  /** From here on it does nothing else before it takes more. Its own thread. */
  void comes() {
    coming = true;
  }

  /** So long it had what it did last. Its own thread. */
  void took(long nanos) {
    source.took(nanos);
  }

  /** Its own thread has work. */
  void begins() {
    coming = false;
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
