package io.postbus.runtime.delay;

import io.postbus.message.Message;
import io.postbus.spi.BusException;
import io.postbus.spi.ClosedException;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.Failure;
import io.postbus.spi.PublishException;
import io.postbus.spi.PublishException.Outcome;
import io.postbus.spi.Slot;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Why an entry could not be published, and what becomes of it. The fault of the broker is waited
 * out; the fault of the entry is counted in a header of its own while it waits, and kills it in the
 * end.
 *
 * @param cause unwrapped
 * @param passing not the entry's fault
 */
record PublishFailure(Throwable cause, boolean passing) {
  /** How often the broker has refused the waiting entry's message. */
  static final String REFUSALS = Message.RESERVED_HEADERS + "refusals";

  /** Until when one waits that keeps its place meanwhile, in milliseconds since 1970. */
  private static final String AGAIN = Message.RESERVED_HEADERS + "again";

  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final int LONGEST_TEXT = 1000;

  static PublishFailure of(Throwable thrown, boolean brokerReady) {
    Throwable cause =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    return new PublishFailure(cause, passing(cause, brokerReady));
  }

  private static boolean passing(Throwable cause, boolean brokerReady) {
    if (cause instanceof PublishException e && e.outcome() == Outcome.REJECTED) {
      return e.retryable() && !brokerReady;
    }
    if (cause instanceof PublishException
        && cause.getCause() instanceof PublishException e
        && e.outcome() == Outcome.UNROUTABLE) {
      // The broker answers, and others need not wait for the one place that it has lost.
      return false;
    }
    return cause instanceof ClosedException || (cause instanceof BusException e && e.retryable());
  }

  /** The entry as it is published: without what only matters while it waits. */
  static Delayed bare(Delayed entry) {
    Message m = entry.message();
    return m.header(REFUSALS) == null && m.header(AGAIN) == null
        ? entry
        : changed(entry, entry.kind(), with(m, null, null), entry.failure());
  }

  /** How long the entry, which keeps its place, still waits; zero if it does not. */
  static Duration wait(Delayed entry, StoreClock clock) {
    String again = entry.message().header(AGAIN);
    try {
      Duration wait =
          again == null ? Duration.ZERO : clock.until(Instant.ofEpochMilli(Long.parseLong(again)));
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (NumberFormatException | DateTimeException notOurs) {
      return Duration.ZERO;
    }
  }

  /** The entry without such a wait. */
  static Delayed unwaiting(Delayed entry) {
    Message m = entry.message();
    return m.header(AGAIN) == null
        ? entry
        : changed(entry, entry.kind(), with(m, m.header(REFUSALS), null), entry.failure());
  }

  /** Waits on as if it had not been fired, until then; in its place if its order matters. */
  Delayed back(Delayed fired, Instant due) {
    boolean surelyNotOut = cause instanceof PublishException e && e.outcome() != Outcome.UNKNOWN;
    Slot slot = fired.slot();
    if (!KeyOrder.matters(fired)) {
      return fired.in(slot.inFlight() || !surelyNotOut ? slot.inFlight(due) : slot.at(due));
    }
    Message m = fired.message();
    String again = due.isAfter(slot.due()) ? Long.toString(due.toEpochMilli()) : null;
    Delayed waits =
        changed(fired, fired.kind(), with(m, m.header(REFUSALS), again), fired.failure());
    return waits.in(slot.inFlight() || surelyNotOut ? slot : KeyOrder.onItsWay(slot));
  }

  /** Waits longer each time, or is dead. */
  Delayed refused(Delayed fired, int attempts, Instant now) {
    int refusals = refusals(fired) + 1;
    if (refusals >= attempts) {
      Message m = with(fired.message(), null, null);
      return Unsent.dead(changed(fired, fired.kind(), m, failure(fired, now))).at(Slot.NEVER);
    }
    String counted = Integer.toString(refusals);
    Delayed waits =
        changed(fired, fired.kind(), with(fired.message(), counted, null), failure(fired, now));
    return back(waits, StoreClock.wholeMillis(now.plus(backoff(refusals))));
  }

  private Failure failure(Delayed entry, Instant now) {
    Failure before = entry.failure();
    return new Failure(
        before == null ? now : before.first(),
        now,
        cause instanceof PublishException e ? e.outcome().name() : cause.getClass().getName(),
        cut(String.valueOf(cause.getMessage())),
        "",
        before == null ? 0 : before.redrives());
  }

  private static Duration backoff(int refusals) {
    Duration grown = Duration.ofSeconds(1L << Math.min(refusals - 1, 20));
    return grown.compareTo(LONGEST) > 0 ? LONGEST : grown;
  }

  private static int refusals(Delayed entry) {
    String count = entry.message().header(REFUSALS);
    try {
      return count == null ? 0 : Integer.parseInt(count);
    } catch (NumberFormatException e) {
      return 1;
    }
  }

  private static Message with(Message m, @Nullable String refusals, @Nullable String again) {
    return m.toBuilder().header(REFUSALS, refusals).header(AGAIN, again).build();
  }

  private static Delayed changed(Delayed e, Kind kind, Message message, @Nullable Failure failure) {
    return new Delayed(e.slot(), kind, e.destination(), message, e.attempt(), e.handle(), failure);
  }

  private static String cut(String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT);
  }
}
