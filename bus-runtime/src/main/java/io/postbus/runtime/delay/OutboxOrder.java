package io.postbus.runtime.delay;

import io.postbus.message.Destination;
import io.postbus.spi.Slot;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;

/**
 * Gives slots that sort as they were asked for: the order within a millisecond is the microsecond
 * and a counter. Those that are due at a given time are sorted by a counter that begins anew after
 * 32,000. The order of such a slot is never 0, which says that it means something. Thread-safe.
 */
final class OutboxOrder {
  /** How many slots a microsecond has. */
  private static final int PER_MICRO = 32;

  private static final int PER_MILLI = 1000 * PER_MICRO;

  private final StoreClock clock;
  private long lastNow;
  private long lastLater;
  private int counter;

  OutboxOrder(StoreClock clock) {
    this.clock = clock;
  }

  /** Due now. */
  synchronized Slot now(String messageId, Destination to) {
    lastNow = next(lastNow, clock.likely());
    return Slot.of(moment(lastNow), order(moment(lastNow), lastNow), messageId, to, 1);
  }

  /** Due after this time: never early, and up to 1 ms late. */
  synchronized Slot after(Duration wait, String messageId, Destination to) {
    lastLater = next(lastLater, clock.notPassed());
    Instant due = moment(lastLater).plus(wait);
    return Slot.of(due.plusMillis(1), order(due, lastLater), messageId, to, 1);
  }

  /** Due at this time, in whole milliseconds. */
  synchronized Slot at(Instant due, String messageId, Destination to) {
    counter = counter % PER_MILLI + 1;
    return Slot.of(StoreClock.wholeMillis(due), counter, messageId, to, 1);
  }

  private static long next(long last, Instant now) {
    long next = Math.max(last + 1, ChronoUnit.MICROS.between(Instant.EPOCH, now) * PER_MICRO + 1);
    return next % PER_MICRO == 0 ? next + 1 : next;
  }

  private static Instant moment(long place) {
    return Instant.EPOCH.plus(place / PER_MICRO, ChronoUnit.MICROS);
  }

  private static int order(Instant due, long place) {
    int micros = due.get(ChronoField.MICRO_OF_SECOND) % 1000;
    return micros * PER_MICRO + (int) (place % PER_MICRO);
  }
}
