package io.postbus.driver.kafka;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * How long the keeper's next poll waits if nothing comes, and what ends it before. Of the keeper's
 * thread, but for {@link #end}, {@link #settled} and {@link #took}, which are anybody's.
 */
final class Rest {
  private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** For so long after something was brought it is looked for settlements without being woken. */
  private static final long LIVELY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final Held held;
  private final Holdings holdings;
  private final Commits commits;
  private final BooleanSupplier wanted;
  private final Runnable wakeup;

  /** Whether it is a long one, which whatever is to be done should end. */
  private final AtomicBoolean asleep = new AtomicBoolean();

  /** Whether a settlement should end it, for nothing else will soon. */
  private final AtomicBoolean awaitsSettlement = new AtomicBoolean();

  /** Whether some room for more should end it. */
  private final AtomicBoolean awaitsRoom = new AtomicBoolean();

  private long broughtAt = System.nanoTime() - LIVELY_NANOS;

  /**
   * Of one keeper.
   *
   * @param wanted whether there is something else to do than what these know
   * @param wakeup ends the poll; any thread
   */
  Rest(Held held, Holdings holdings, Commits commits, BooleanSupplier wanted, Runnable wakeup) {
    this.held = held;
    this.holdings = holdings;
    this.commits = commits;
    this.wanted = wanted;
    this.wakeup = wakeup;
  }

  /** How long the poll that begins now may wait: not at all if there is something to do. */
  Duration begin() {
    long now = System.nanoTime();
    long due = commits.due(now);
    boolean idle = due < 0 && !commits.flushing();
    long nanos = idle ? idle(now) : due >= 0 ? due : BUSY_NANOS;
    return ended(idle && nanos == IDLE_NANOS, nanos) ? Duration.ZERO : wholeMillis(nanos);
  }

  /** The poll is over. */
  void over() {
    asleep.set(false);
    awaitsSettlement.set(false);
    awaitsRoom.set(false);
  }

  /** The poll has brought something. */
  void brought() {
    broughtAt = System.nanoTime();
  }

  /** There is something to do. */
  void end() {
    wake(asleep);
  }

  /** Something was settled. */
  void settled() {
    if (awaitsSettlement.get()) {
      wake(awaitsSettlement);
    }
  }

  /** Some of what is held was taken. */
  void took() {
    if (awaitsRoom.get() && held.low()) {
      wake(awaitsRoom);
    }
  }

  private void wake(AtomicBoolean from) {
    if (from.compareAndSet(true, false)) {
      wakeup.run();
    }
  }

  /** While messages come their settlements do, too, which it need not be woken for. */
  private long idle(long now) {
    return now - broughtAt < LIVELY_NANOS ? Math.min(IDLE_NANOS, commits.interval()) : IDLE_NANOS;
  }

  /** Lets others end one of so long; true if there is a reason for that already. */
  private boolean ended(boolean bySettlement, long nanos) {
    if (holdings.awaitsRoom()) {
      awaitsRoom.set(true);
      if (held.low()) {
        return true;
      }
    }
    if (bySettlement) {
      awaitsSettlement.set(true);
      if (holdings.hasSettled()) {
        return true;
      }
    }
    if (nanos > BUSY_NANOS) {
      asleep.set(true);
      return wanted.getAsBoolean() || commits.asks();
    }
    return false;
  }

  /** Upwards: a poll takes a part of a millisecond for none, and would be one of very many. */
  private static Duration wholeMillis(long nanos) {
    return Duration.ofMillis((nanos + MILLI - 1) / MILLI);
  }
}
