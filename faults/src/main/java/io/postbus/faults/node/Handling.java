package io.postbus.faults.node;

import io.postbus.Delivery;
import io.postbus.Handler;
import io.postbus.faults.history.Event;
import io.postbus.faults.history.Journal;
import io.postbus.faults.history.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** Handles what comes as its kind demands, and writes it down. Thread-safe. */
final class Handling implements Handler {
  private static final Duration USUAL = Duration.ofMillis(2);

  /** How a handler behaves, beside what kinds of messages ask for. */
  enum Mood {
    WELL,
    /** Takes a tenth of a second. */
    SLOW,
    /** Every call throws, as when something downstream is away. */
    FAILING,
    /** Each first attempt of one message in a hundred does not return until it is interrupted. */
    HANGING,
    /** Keeps a thread and some memory of each call for a while, as careless code does. */
    LEAKING
  }

  private final String node;
  private final Journal journal;
  private volatile Mood mood = Mood.WELL;

  Handling(String node, Journal journal) {
    this.node = node;
    this.journal = journal;
  }

  void mood(Mood now) {
    mood = now;
  }

  @Override
  public void handle(Delivery d) {
    String id = d.message().id();
    journal.write(new Event.Begun(Instant.now(), id, d.group(), node, d.attempt()));
    behave(d);
    Kind kind = Kind.ofType(d.message().type());
    if (kind.fails(d.attempt())) {
      throw new Planned("attempt " + d.attempt() + " of this message fails");
    }
    journal.write(new Event.Handled(Instant.now(), id, d.group(), node, d.attempt()));
  }

  private void behave(Delivery d) {
    switch (mood) {
      case WELL -> LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(USUAL.toNanos()));
      case SLOW -> LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      case FAILING -> throw new Planned("what is downstream is away");
      case HANGING -> hang(d);
      case LEAKING -> leak();
      default -> throw new AssertionError(mood);
    }
  }

  private static void hang(Delivery d) {
    if (d.attempt() == 1 && Math.floorMod(d.message().id().hashCode(), 100) == 0) {
      while (!Thread.interrupted()) {
        LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
      }
      throw new Planned("hung until it was interrupted");
    }
  }

  private static void leak() {
    byte[] kept = new byte[4096];
    Thread leaked =
        new Thread(
            () -> {
              LockSupport.parkNanos(Duration.ofMillis(500).toNanos() + kept.length);
            },
            "leaked-by-a-handler");
    leaked.setDaemon(true);
    leaked.start();
  }

  /** What a handler is meant to throw; nobody asks where from. */
  private static final class Planned extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Planned(String message) {
      super(message, null, false, false);
    }
  }
}
