package io.postbus.runtime.delay;

import io.postbus.spi.Delayed;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that entries take between being fetched and being confirmed, over all shards of a
 * node. Sizes are known only after fetching, so the next fetch is sized by the largest of the
 * recent ones. Thread-safe.
 */
final class BodyBudget {
  private static final int OVERHEAD = 512;
  private static final int FIRST_ESTIMATE = 256 * 1024;

  private final long limit;
  private final AtomicLong used = new AtomicLong();
  private volatile long estimate = FIRST_ESTIMATE;

  BodyBudget(long limit) {
    this.limit = limit;
  }

  /** How many entries that are due there is room for, as far as one can tell. */
  int room() {
    return room(limit);
  }

  /** How many that are not due yet: a quarter is kept for those that are. */
  int roomAhead() {
    return room(limit - limit / 4);
  }

  private int room(long most) {
    long left = most - used.get();
    return left <= 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, left / estimate);
  }

  /** Counts the entries, whether there is room or not, and learns from their sizes. */
  void take(Collection<Delayed> entries) {
    long sum = 0;
    long largest = 0;
    for (Delayed entry : entries) {
      long bytes = bytes(entry);
      sum += bytes;
      largest = Math.max(largest, bytes);
    }
    used.addAndGet(sum);
    estimate = Math.max(Math.max(largest, OVERHEAD), estimate - estimate / 8);
  }

  /** Counts the entry, which is not due yet, if there is room. */
  boolean tryTake(Delayed entry) {
    long bytes = bytes(entry);
    if (used.get() + bytes > limit - limit / 4) {
      return false;
    }
    used.addAndGet(bytes);
    return true;
  }

  void release(Delayed entry) {
    used.addAndGet(-bytes(entry));
  }

  /** Bytes that are taken now. */
  long used() {
    return used.get();
  }

  private static long bytes(Delayed entry) {
    return OVERHEAD + entry.message().payload().length + 64L * entry.message().headers().size();
  }
}
