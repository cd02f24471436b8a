package io.postbus.cli.delivery;

import io.postbus.Bus;
import io.postbus.DelayedMessages.Outcome;
import io.postbus.Publish;
import io.postbus.PublishOptions;
import io.postbus.message.Message;
import io.postbus.spi.BusException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
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
    CANCELLED,
    IN_TRANSACTION,
    ROLLED_BACK
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
    try (Rows rows = new Rows()) {
      while (!ending) {
        try {
          publish(rows);
        } catch (BusException | SQLException e) {
          System.err.println("Not published for sure: " + e);
        }
        next += PACE.toNanos();
        LockSupport.parkNanos(next - System.nanoTime());
      }
    } catch (SQLException e) {
      System.err.println("Not closed in order: " + e);
    }
  }

  private void publish(Rows rows) throws SQLException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    Mode mode = Mode.values()[random.nextInt(Mode.values().length)];
    String type = random.nextInt(20) == 0 ? Node.FAILING : "Placed";
    Message m = Message.of(Node.TOPIC, type, new byte[100]);
    Duration wait = Duration.ofMillis(random.nextLong(1, 3_000));
    boolean waits =
        switch (mode) {
          case CONFIRMED, GUARANTEED -> false;
          case DELAYED, DELAYED_GUARANTEED, CANCELLED -> true;
          case IN_TRANSACTION, ROLLED_BACK -> random.nextBoolean();
        };
    Instant earliest = waits ? Instant.now().plus(wait) : Instant.now();
    journal.write("begun", m.id(), earliest, mode.name());
    if (mode == Mode.IN_TRANSACTION || mode == Mode.ROLLED_BACK) {
      rows.add(
          m.id(),
          mode == Mode.IN_TRANSACTION,
          transaction -> bus.publish(m, within(transaction, waits ? wait : Duration.ZERO)));
    } else {
      bus.publish(m, options(mode, wait, m.id()));
    }
    if (mode != Mode.ROLLED_BACK) {
      journal.write("published", m.id(), earliest, mode.name());
    }
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
      case IN_TRANSACTION, ROLLED_BACK -> throw new IllegalArgumentException("" + mode);
    };
  }

  private static PublishOptions within(Connection transaction, Duration wait) {
    PublishOptions options = Publish.inTransaction(transaction).after(wait);
    return ThreadLocalRandom.current().nextBoolean() ? options : options.guaranteed();
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
