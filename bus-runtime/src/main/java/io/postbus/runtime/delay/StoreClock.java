package io.postbus.runtime.delay;

import io.postbus.runtime.time.Timeline;
import io.postbus.spi.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * The store's time, from its last answer and the even nanoseconds since; the wall clock of this
 * machine has no part in it. The answer was true at some moment between question and arrival, so
 * there are two readings: one that the store has certainly reached and one that it has not passed.
 * Thread-safe.
 */
final class StoreClock {
  /** Even clocks drift apart by less than one part in this. */
  private static final long DRIFT = 10_000;

  private final Store store;
  private final Timeline timeline;
  private volatile @Nullable Sample best;

  StoreClock(Store store, Timeline timeline) {
    this.store = store;
    this.timeline = timeline;
  }

  /** Asks the store: one round trip. */
  void ask() {
    long sent = timeline.nanos();
    Instant answer = store.now();
    Sample fresh = new Sample(answer, sent, timeline.nanos());
    synchronized (this) {
      Sample old = best;
      if (old == null || fresh.betterThan(old)) {
        best = fresh;
      }
    }
  }

  /** A moment that the store has reached. Asks the store if it never was. */
  Instant reached() {
    return sample().reached(timeline.nanos());
  }

  /** A moment that the store has not passed. Asks the store if it never was. */
  Instant notPassed() {
    return sample().notPassed(timeline.nanos());
  }

  /** The moment in between: where clocks are compared, the nearest guess. */
  Instant likely() {
    Sample known = sample();
    long now = timeline.nanos();
    return known.reached(now).plusNanos((known.received - known.sent) / 2);
  }

  /** The due time of what is to wait this long from now: never early, in whole milliseconds. */
  Instant due(Duration wait) {
    return wholeMillis(notPassed().plus(wait));
  }

  /** How long until the store has certainly reached this time; negative if it has. */
  Duration until(Instant time) {
    return Duration.between(reached(), time);
  }

  /** The same time or up to a millisecond later. */
  static Instant wholeMillis(Instant time) {
    Instant cut = time.truncatedTo(ChronoUnit.MILLIS);
    return cut.equals(time) ? time : cut.plusMillis(1);
  }

  private Sample sample() {
    Sample known = best;
    if (known == null) {
      ask();
      known = best;
    }
    if (known == null) {
      throw new IllegalStateException("The store's time is not known");
    }
    return known;
  }

  private record Sample(Instant answer, long sent, long received) {
    Instant reached(long nanos) {
      return answer.plusNanos(nanos - received);
    }

    Instant notPassed(long nanos) {
      return answer.plusNanos(nanos - sent);
    }

    /** Tighter, counting what the old one has lost by drift, or the store's clock was set. */
    boolean betterThan(Sample old) {
      long age = received - old.received;
      return received - sent <= old.received - old.sent + age / DRIFT
          || reached(received).isAfter(old.notPassed(received))
          || notPassed(received).isBefore(old.reached(received));
    }
  }
}
