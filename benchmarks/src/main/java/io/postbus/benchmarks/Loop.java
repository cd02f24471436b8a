package io.postbus.benchmarks;

import java.time.Duration;

/** A thread that repeats something until it is closed. */
final class Loop implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** What is repeated; all of it on the loop's thread. */
  interface Work extends AutoCloseable {
    /** One of the turns, short. */
    void turn() throws Exception;
  }

  private final Thread thread;
  private volatile boolean closed;

  Loop(String name, Work work) {
    this.thread = new Thread(() -> run(work), name);
    thread.setDaemon(true);
    thread.start();
  }

  private void run(Work work) {
    try (work) {
      while (!closed) {
        work.turn();
      }
    } catch (Exception e) {
      System.err.println(thread.getName() + " ended: " + e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join(LIMIT.toMillis());
    if (thread.isAlive()) {
      throw new IllegalStateException(thread.getName() + " does not end");
    }
  }
}
