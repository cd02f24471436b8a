package io.postbus.faults.node;

import io.postbus.Bus;
import io.postbus.DelayedMessages.Outcome;
import io.postbus.Publish;
import io.postbus.PublishOptions;
import io.postbus.faults.history.Ending;
import io.postbus.faults.history.Event;
import io.postbus.faults.history.Journal;
import io.postbus.faults.history.Kind;
import io.postbus.message.Message;
import io.postbus.spi.BusException;
import io.postbus.spi.PublishException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Phaser;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Publishes at a rate until it is told to stop, and writes down each message before and its ending
 * after. One thread publishes; endings come on the bus's threads.
 */
final class Publishing implements Runnable {
  private final Bus bus;
  private final Journal journal;
  private final String trial;
  private final String publisher;
  private final int perSecond;
  private final int bad;
  private final boolean throughStore;
  private final Random random;
  private final Executor cancelling;
  private final long[] numbers = new long[Traffic.KEYS];
  private final Phaser outstanding = new Phaser(1);
  private volatile boolean stopping;
  private long count;

  /**
   * A publisher of a trial.
   *
   * @param bad how many in a thousand of those that go straight fail at every attempt
   * @param throughStore publishes what waits in the store; else what goes straight to the broker
   * @param cancelling runs what cancels, which may wait for the store
   */
  Publishing(
      Bus bus,
      Journal journal,
      String trial,
      String publisher,
      int perSecond,
      int bad,
      boolean throughStore,
      long seed,
      Executor cancelling) {
    this.bus = bus;
    this.journal = journal;
    this.trial = trial;
    this.publisher = publisher;
    this.perSecond = perSecond;
    this.bad = bad;
    this.throughStore = throughStore;
    this.random = new Random(seed);
    this.cancelling = cancelling;
  }

  @Override
  public void run() {
    long interval = Duration.ofSeconds(1).toNanos() / perSecond;
    long next = System.nanoTime();
    while (!stopping) {
      one();
      next = Math.max(next + interval, System.nanoTime() - Duration.ofMillis(200).toNanos());
      long wait = next - System.nanoTime();
      if (wait > 0) {
        LockSupport.parkNanos(wait);
      }
    }
    outstanding.arriveAndAwaitAdvance();
  }

  /** Publishes no more; {@link #run} returns once every ending is known. */
  void stop() {
    stopping = true;
  }

  private void one() {
    Kind kind = throughStore ? waiting() : straight();
    int key = kind.waits() || kind == Kind.GUARANTEED ? -1 : random.nextInt(Traffic.KEYS);
    long number = key < 0 ? count : numbers[key]++;
    String id = trial + "." + publisher + "." + count++;
    Duration delay = kind.waits() ? Duration.ofMillis(50 + random.nextInt(1500)) : Duration.ZERO;
    Instant now = Instant.now();
    String keyName = key < 0 ? "" : publisher + "-" + key;
    // Whole microseconds, as it is written down.
    Instant due = now.truncatedTo(ChronoUnit.MICROS).plus(delay);
    journal.write(new Event.Published(now, id, kind, publisher, keyName, number, due));
    Runnable confirmed = kind == Kind.REVOKED ? revocation(id, due) : () -> {};
    send(message(id, kind, key < 0 ? null : keyName, number), options(kind, id, delay), confirmed);
  }

  private Kind straight() {
    int dice = random.nextInt(1000);
    return dice < bad ? Kind.BAD : dice < 80 ? Kind.FLAKY : Kind.PLAIN;
  }

  private Kind waiting() {
    int dice = random.nextInt(100);
    return dice < 50 ? Kind.DELAYED : dice < 70 ? Kind.REVOKED : Kind.GUARANTEED;
  }

  private static Message message(String id, Kind kind, @Nullable String key, long number) {
    return Message.builder(Traffic.TOPIC, kind.type())
        .id(id)
        .key(key)
        .body(Long.toString(number).getBytes(StandardCharsets.UTF_8))
        .build();
  }

  private static PublishOptions options(Kind kind, String id, Duration delay) {
    if (kind.waits()) {
      return Publish.after(delay).handle(handle(id));
    }
    return kind == Kind.GUARANTEED ? Publish.guaranteed() : Publish.confirmed();
  }

  /** Not the id: by that a retry would be cancelled as well, of a message that has been handled. */
  private static String handle(String id) {
    return "handle of " + id;
  }

  /**
   * Publishes it.
   *
   * @param confirmed runs once it is; what is still under way may be written after it was cancelled
   */
  private void send(Message message, PublishOptions options, Runnable confirmed) {
    outstanding.register();
    try {
      var unused =
          bus.publishAsync(message, options)
              .whenComplete((done, failure) -> ended(message.id(), failure, confirmed));
    } catch (RuntimeException e) {
      ended(message.id(), e, confirmed);
    }
  }

  private void ended(String id, @Nullable Throwable failure, Runnable confirmed) {
    journal.write(new Event.Ended(Instant.now(), id, ending(failure)));
    outstanding.arriveAndDeregister();
    if (failure == null) {
      confirmed.run();
    }
  }

  private static Ending ending(@Nullable Throwable failure) {
    if (failure == null) {
      return Ending.CONFIRMED;
    }
    Throwable cause = failure instanceof CompletionException c ? c.getCause() : failure;
    boolean known =
        cause instanceof PublishException p && p.outcome() != PublishException.Outcome.UNKNOWN;
    return known ? Ending.FAILED : Ending.UNKNOWN;
  }

  /** Some are cancelled well before the time, some about it. */
  private Runnable revocation(String id, Instant due) {
    Instant now = Instant.now();
    Instant when =
        random.nextBoolean()
            ? now.plus(Duration.between(now, due).dividedBy(2))
            : due.plusMillis(random.nextInt(20));
    return () -> cancelling.execute(() -> revoke(id, when));
  }

  private void revoke(String id, Instant when) {
    LockSupport.parkNanos(Duration.between(Instant.now(), when).toNanos());
    try {
      if (bus.delayed().cancel(handle(id)) == Outcome.DONE) {
        journal.write(new Event.Cancelled(Instant.now(), id));
      }
    } catch (BusException unreachable) {
      // Nothing was promised: it may be handled or not.
      return;
    }
  }
}
