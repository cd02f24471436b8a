package io.postbus.tck;

import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A member on a thread of its own, which acknowledges what it is handed. */
final class Worker implements AutoCloseable {
  private static final long STOP_MS = 10_000;

  private final Member member;
  private final Ledger ledger;
  private final int max;
  private final Thread thread;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean stopping;

  Worker(Member member, Ledger ledger, int max) {
    this.member = member;
    this.ledger = ledger;
    this.max = max;
    this.thread = new Thread(this::run, "tck-worker-" + member.group().name());
    thread.start();
  }

  Member member() {
    return member;
  }

  private void run() {
    try {
      while (!stopping) {
        for (Received delivery : member.poll(max)) {
          ledger.taken(member, delivery);
          ledger.settling(delivery);
          // Revoked in the meantime: it will come again.
          boolean unused = member.consumer().settle(delivery, Settlement.ACK);
        }
      }
    } catch (RuntimeException | AssertionError e) {
      failure.set(e);
    }
  }

  /** Ends the thread; the member stays. What the thread failed with is thrown here. */
  @Override
  public void close() {
    stopping = true;
    try {
      thread.join(STOP_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new AssertionError("The worker of " + member.group().name() + " failed", thrown);
    }
    if (thread.isAlive()) {
      throw new AssertionError("The worker of " + member.group().name() + " does not end");
    }
  }
}
