package io.postbus.runtime.delay;

import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.Move;
import io.postbus.spi.Slot;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one shard has published and not yet cleared away: so many at most, and only one to try with
 * after the broker has failed. Thread-safe.
 */
final class Flights {
  private static final int WINDOW = 1024;

  private final int shard;
  private final EngineParts parts;
  private final OpenSlots open;
  private final Consumer<Delayed> waits;
  private final Runnable wake;
  private final Outage broker;
  private final AtomicInteger count = new AtomicInteger();
  private volatile boolean wanted;
  private volatile boolean last;
  private volatile long notBefore;

  /**
   * None yet.
   *
   * @param waits is told of entries that wait again
   * @param wake is called when there is room that was wanted
   */
  Flights(int shard, EngineParts parts, OpenSlots open, Consumer<Delayed> waits, Runnable wake) {
    this.shard = shard;
    this.parts = parts;
    this.open = open;
    this.waits = waits;
    this.wake = wake;
    this.broker = parts.outages().publishing().one();
    this.notBefore = parts.timeline().nanos();
  }

  /** How many more may begin. */
  int room() {
    return (broker.failing() ? 1 : WINDOW) - count.get();
  }

  /** Whether to wake whenever one has landed. Asked for before looking at what that may change. */
  void wakeOnLanding(boolean wake) {
    wanted = wake;
  }

  /** Wakes when the last has landed. */
  void wakeOnLast() {
    last = true;
  }

  /** How many there are. */
  int count() {
    return count.get();
  }

  /** Until when, in the timeline's nanoseconds, none may begin. */
  long notBefore() {
    return notBefore;
  }

  void begin(int more) {
    count.addAndGet(more);
  }

  /** The store keeps this meanwhile. */
  void kept(Delayed entry) {
    open.offer(entry, false);
  }

  /** What was kept of a publication that has ended gives way to these; then it has landed. */
  void change(Slot kept, List<Delayed> next) {
    parts
        .changes()
        .add(shard, new Move(kept, next))
        .whenComplete((moved, error) -> changed(kept, next, moved, error));
  }

  void landed(int fewer) {
    int left = count.addAndGet(-fewer);
    if (wanted || (last && left == 0)) {
      wake.run();
    }
  }

  /** The broker takes messages. */
  void published() {
    broker.over();
  }

  /** The broker takes none at present. */
  void pause(Throwable cause) {
    notBefore = parts.timeline().nanos() + broker.failed(cause).toNanos();
  }

  private void changed(
      Slot kept, List<Delayed> next, @Nullable Boolean moved, @Nullable Throwable error) {
    if (error == null) {
      open.forget(kept);
    } else {
      open.releaseHeld(kept);
    }
    if (Boolean.TRUE.equals(moved)) {
      next.stream().filter(e -> e.kind() == Kind.DEAD).forEach(parts.events()::died);
      next.forEach(waits);
    }
    landed(1);
  }
}
