package io.postbus.runtime.consume;

import io.postbus.Subscription;
import io.postbus.runtime.time.Timeline;
import io.postbus.spi.Rate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Lets no more begin than the rate allows, evenly: after a pause, at most a twentieth of a second's
 * worth at once. What must wait comes back to the queue by itself. Thread-safe.
 *
 * @param <W> what begins: a job or a batch
 */
final class Throttle<W> {
  private static final long BURST_NANOS = Duration.ofMillis(50).toNanos();

  private final Deque<W> waiting = new ArrayDeque<>();
  private final Set<W> admitted = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Timeline timeline;
  private final ToIntFunction<W> size;
  private final Consumer<W> again;
  private final long interval;

  /** When the next would begin, were all spread evenly. */
  private long next;

  /**
   * A throttle of this rate.
   *
   * @param size how many deliveries begin with it
   * @param again puts back what had to wait, and may begin now
   */
  Throttle(Rate rate, Timeline timeline, ToIntFunction<W> size, Consumer<W> again) {
    this.timeline = timeline;
    this.size = size;
    this.again = again;
    this.interval = Math.max(1, rate.interval().toNanos());
    this.next = timeline.nanos();
  }

  /** The subscription's throttle, or null if it has no limit. */
  static <W> @Nullable Throttle<W> of(
      Subscription s, Timeline timeline, ToIntFunction<W> size, Consumer<W> again) {
    return s.rateLimit().map(rate -> new Throttle<>(rate, timeline, size, again)).orElse(null);
  }

  /** Whether it may begin now. If not, it is kept, and put back when it may. */
  synchronized boolean admits(W work) {
    if (admitted.remove(work)) {
      return true;
    }
    if (waiting.isEmpty() && take(work)) {
      return true;
    }
    waiting.addLast(work);
    if (waiting.size() == 1) {
      arm();
    }
    return false;
  }

  /** How many wait, in pieces of work. */
  synchronized int waiting() {
    return waiting.size();
  }

  private boolean take(W work) {
    long now = timeline.nanos();
    next = Math.max(next, now);
    if (next - now > BURST_NANOS) {
      return false;
    }
    next += interval * size.applyAsInt(work);
    return true;
  }

  private void arm() {
    long wait = next - timeline.nanos() - BURST_NANOS;
    timeline.schedule(Duration.ofNanos(Math.max(1, wait)), this::release);
  }

  private void release() {
    List<W> free = new ArrayList<>();
    synchronized (this) {
      while (!waiting.isEmpty() && take(waiting.getFirst())) {
        W work = waiting.removeFirst();
        admitted.add(work);
        free.add(work);
      }
      if (!waiting.isEmpty()) {
        arm();
      }
    }
    free.forEach(again);
  }
}
