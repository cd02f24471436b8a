package io.postbus.runtime.consume;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries that this member holds: taken from the driver and not settled. One thread adds,
 * any thread removes; neither allocates nor locks.
 */
final class InFlight {
  /** What {@link #wakeAt} is while nobody waits for room. */
  private static final int NOBODY = -1;

  private final AtomicReferenceArray<Job> slots;
  private final AtomicInteger held = new AtomicInteger();
  private final AtomicInteger resting = new AtomicInteger();
  private final Runnable roomMade;
  private volatile int wakeAt = NOBODY;
  private int cursor;

  /**
   * Room for so many.
   *
   * @param roomMade called, from any thread, once as few are held as the adding thread waits for
   */
  InFlight(int capacity, Runnable roomMade) {
    // Twice as many, so that the search for a free slot is short.
    this.slots = new AtomicReferenceArray<>(Integer.highestOneBit(Math.max(4, capacity)) * 4);
    this.roomMade = roomMade;
  }

  /** Only the adding thread; the caller has seen to it that there is room. */
  void add(Job job) {
    int mask = slots.length() - 1;
    int at = cursor;
    while (slots.getAcquire(at) != null) {
      at = (at + 1) & mask;
    }
    cursor = (at + 1) & mask;
    job.slot = at;
    slots.setRelease(at, job);
    held.incrementAndGet();
  }

  /** False if it has been removed before. */
  boolean remove(Job job) {
    if (!slots.compareAndSet(job.slot, job, null)) {
      return false;
    }
    unrest(job);
    if (held.decrementAndGet() <= wakeAt) {
      wake();
    }
    return true;
  }

  /** The next attempt takes the place of the one before; false if that has been removed. */
  boolean replace(Job before, Job next) {
    return slots.compareAndSet(before.slot, before, next);
  }

  /** What is held there now. */
  @Nullable Job at(int slot) {
    return slots.get(slot);
  }

  /** It waits for a moment, which may be long, and so does not count against the room. */
  void rest(Job job) {
    if (job.rest(true)) {
      resting.incrementAndGet();
      if (slots.get(job.slot) != job) {
        // Removed in between, by one that saw it not resting.
        unrest(job);
      } else if (wakeAt != NOBODY) {
        wake();
      }
    }
  }

  void unrest(Job job) {
    if (job.rest(false)) {
      resting.decrementAndGet();
    }
  }

  int held() {
    return held.get();
  }

  int resting() {
    return resting.get();
  }

  /** Has {@link #roomMade} called when as few are left, or at once if they are. */
  void wakeAt(int few) {
    wakeAt = few;
    if (held.get() <= few) {
      wake();
    }
  }

  private void wake() {
    wakeAt = NOBODY;
    roomMade.run();
  }

  void forEach(Consumer<Job> action) {
    for (int i = 0; i < slots.length(); i++) {
      Job job = slots.getAcquire(i);
      if (job != null) {
        action.accept(job);
      }
    }
  }
}
