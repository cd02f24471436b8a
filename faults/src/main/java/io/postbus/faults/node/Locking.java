package io.postbus.faults.node;

import io.postbus.Bus;
import io.postbus.Lock;
import io.postbus.faults.history.Event;
import io.postbus.faults.history.Journal;
import io.postbus.spi.BusException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Takes the lock that all nodes want, keeps it for a moment, and writes down that it has it. */
final class Locking implements Runnable {
  private static final Duration TTL = Duration.ofSeconds(3);
  private static final Duration HOLD = Duration.ofMillis(300);
  private static final Duration STEP = Duration.ofMillis(30);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Bus bus;
  private final String node;
  private final Journal journal;
  private volatile boolean stopping;

  Locking(Bus bus, String node, Journal journal) {
    this.bus = bus;
    this.node = node;
    this.journal = journal;
  }

  @Override
  public void run() {
    while (!stopping) {
      try {
        Optional<Lock> taken = bus.locks().tryAcquire(Traffic.LOCK, TTL);
        taken.ifPresent(this::hold);
      } catch (BusException away) {
        // The store is: that is a fault of this run.
        LockSupport.parkNanos(PAUSE.toNanos());
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  void stop() {
    stopping = true;
  }

  private void hold(Lock lock) {
    try (lock) {
      long end = System.nanoTime() + HOLD.toNanos();
      while (!stopping && System.nanoTime() < end) {
        // Before the question: what is answered was true then, though the process may stop here.
        Instant asked = Instant.now();
        if (!lock.held()) {
          return;
        }
        journal.write(new Event.Held(asked, lock.name(), lock.epoch(), node));
        LockSupport.parkNanos(STEP.toNanos());
      }
    }
  }
}
