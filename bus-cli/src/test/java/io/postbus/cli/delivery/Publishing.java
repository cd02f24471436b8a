package io.postbus.cli.delivery;

import io.postbus.Bus;
import io.postbus.DelayedMessages.Outcome;
import io.postbus.Publish;
import io.postbus.PublishOptions;
import io.postbus.message.Message;
import io.postbus.spi.BusException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Publishes in all the ways there are, one after the other on each of a few threads. Notes what it
 * is about to do, and that it is done; what a kill leaves between the two may have happened or not.
 */
final class Publishing {
  /** How a message is published. */
  enum Mode {
    CONFIRMED,
    DELAYED,
    GUARANTEED,
    DELAYED_GUARANTEED,
    CANCELLED
  }

  private static final int THREADS = 4;
  private static final Duration PACE = Duration.ofMillis(20);

  private final Bus bus;
  private final Journal journal;
  private volatile boolean ending;

  Publishing(Bus bus, Journal journal) {
    this.bus = bus;
    this.journal = journal;
  }

  void runUntilEndOfInput() throws IOException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Thread t = new Thread(this::publishAll, "publishing-" + i);
      t.start();
      threads.add(t);
    }
    Node.awaitEndOfInput();
    ending = true;
    for (Thread t : threads) {
      boolean unused = join(t);
    }
  }

  private void publishAll() {
    long next = System.nanoTime();
    while (!ending) {
      try {
        publish();
      } catch (BusException e) {
        System.err.println("Not published for sure: " + e);
      }
      next += PACE.toNanos();
      LockSupport.parkNanos(next - System.nanoTime());
    }
  }

  private void publish() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    Mode mode = Mode.values()[random.nextInt(Mode.values().length)];
    String type = random.nextInt(20) == 0 ? Node.FAILING : "Placed";
    Message m = Message.of(Node.TOPIC, type, new byte[100]);
    Duration wait = Duration.ofMillis(random.nextLong(1, 3_000));
    boolean waits = mode != Mode.CONFIRMED && mode != Mode.GUARANTEED;
    Instant earliest = waits ? Instant.now().plus(wait) : Instant.now();
    journal.write("begun", m.id(), earliest, mode.name());
    bus.publish(m, options(mode, wait, m.id()));
    journal.write("published", m.id(), earliest, mode.name());
    if (mode == Mode.CANCELLED) {
      cancel(m.id(), wait.dividedBy(random.nextLong(1, 5)));
    }
  }

  private static PublishOptions options(Mode mode, Duration wait, String id) {
    return switch (mode) {
      case CONFIRMED -> Publish.confirmed();
      case DELAYED -> Publish.after(wait);
      case GUARANTEED -> Publish.guaranteed();
      case DELAYED_GUARANTEED -> Publish.after(wait).guaranteed();
      case CANCELLED -> Publish.after(wait).handle("handle-" + id);
    };
  }

  /** Some are cancelled long before they are due, and some at about that time. */
  private void cancel(String id, Duration after) {
    Thread t =
        new Thread(
            () -> {
              LockSupport.parkNanos(after.toNanos());
              journal.write("cancelling", id, Instant.now(), "-");
              boolean done = bus.delayed().cancel("handle-" + id) == Outcome.DONE;
              journal.write(done ? "cancelled" : "kept", id, Instant.now(), "-");
            },
            "cancelling");
    t.setDaemon(true);
    t.start();
  }

  private static boolean join(Thread t) {
    try {
      t.join(Duration.ofSeconds(20).toMillis());
      return !t.isAlive();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
