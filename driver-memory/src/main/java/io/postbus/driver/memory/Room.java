package io.postbus.driver.memory;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much more the broker takes: the bytes of all groups together, and who is full. Thread-safe.
 *
 * <p>What was full counts as such until there is room for a few dozen messages, so that waiting
 * publishers are woken for a batch and not for each.
 */
final class Room {
  private static final int STEP = 64;

  private final Pressure pressure;
  private final AtomicLong used = new AtomicLong();
  private volatile Limits limits = Limits.defaults();
  private volatile boolean full;

  Room(Pressure pressure) {
    this.pressure = pressure;
  }

  void limits(Limits value) {
    limits = value;
  }

  Limits limits() {
    return limits;
  }

  int capacity() {
    return limits.capacity();
  }

  /** How many messages have to leave a full group before it counts as having room. */
  int step() {
    return Math.max(1, Math.min(STEP, capacity() / 4));
  }

  /** Whether it will ever fit. */
  boolean fits(long bytes) {
    return bytes <= limits.bytes();
  }

  boolean reserve(long bytes) {
    if (used.addAndGet(bytes) <= limits.bytes()) {
      return true;
    }
    synchronized (this) {
      full = true;
      pressure.on(this, "The broker holds its max-bytes of " + limits.bytes());
    }
    release(bytes);
    return false;
  }

  void release(long bytes) {
    long left = used.addAndGet(-bytes);
    if (full && left <= low()) {
      relax();
    }
  }

  /** Asks again, as it may have filled up meanwhile. */
  private synchronized void relax() {
    if (full && used.get() <= low()) {
      full = false;
      pressure.off(this);
    }
  }

  private long low() {
    return limits.bytes() - limits.bytes() / STEP;
  }

  void filled(GroupQueue queue, String reason) {
    pressure.on(queue, reason);
  }

  void emptied(GroupQueue queue) {
    pressure.off(queue);
  }
}
