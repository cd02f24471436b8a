package io.postbus.driver.rabbitmq;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What has been written to one channel and not been confirmed, by the number the broker counts it
 * with: a ring, beside it the few that lie too far behind, and after a loss of the channel what is
 * to be written again. One thread writes; any may confirm or look through it.
 */
final class Unconfirmed {
  private final Outgoing[] ring;
  private final int mask;

  /** Those whose place in the ring was needed: a queue that confirms late holds up no other. */
  private final TreeMap<Long, Outgoing> stragglers = new TreeMap<>();

  private final Deque<Outgoing> again = new ArrayDeque<>();

  /** Everything below has been confirmed or is a straggler. */
  private long low = 1;

  private long next = 1;

  Unconfirmed(int window) {
    int size = Integer.highestOneBit(Math.max(8, Math.min(window, 1 << 16)) - 1) << 2;
    this.ring = new Outgoing[size];
    this.mask = size - 1;
  }

  /** About to be written: it takes the broker's next number. */
  synchronized void add(Outgoing o) {
    if (next - low == ring.length) {
      Outgoing late = take(low);
      if (late != null && !late.ended()) {
        stragglers.put(low, late);
      }
      low++;
      skip();
    }
    ring[(int) next & mask] = o;
    next++;
  }

  /** The one that was added last has not been written after all. */
  synchronized void takeBack() {
    next--;
    ring[(int) next & mask] = null;
  }

  /** Takes out what the broker now answers for, in order. */
  synchronized List<Outgoing> answered(long number, boolean multiple) {
    if (!multiple) {
      Outgoing one = number >= low ? take(number) : stragglers.remove(number);
      skip();
      return one == null ? List.of() : List.of(one);
    }
    List<Outgoing> all = new ArrayList<>();
    if (!stragglers.isEmpty()) {
      Collection<Outgoing> late = stragglers.headMap(number, true).values();
      all.addAll(late);
      late.clear();
    }
    for (; low <= number && low < next; low++) {
      Outgoing one = take(low);
      if (one != null) {
        all.add(one);
      }
    }
    skip();
    return all;
  }

  /** The channel is gone: all that has not ended is to be written again, in order. */
  synchronized void restart() {
    List<Outgoing> lost = new ArrayList<>(stragglers.values());
    for (long n = low; n < next; n++) {
      Outgoing one = take(n);
      if (one != null) {
        lost.add(one);
      }
    }
    for (int i = lost.size() - 1; i >= 0; i--) {
      again.addFirst(lost.get(i));
    }
    stragglers.clear();
    low = 1;
    next = 1;
  }

  /** The next to be written again; stays first in line until {@link #writtenAgain}. */
  synchronized @Nullable Outgoing nextAgain() {
    Outgoing o = again.peek();
    while (o != null && o.ended()) {
      again.remove();
      o = again.peek();
    }
    return o;
  }

  /** About to be written again: it moves to the ring. */
  synchronized void writtenAgain() {
    add(again.remove());
  }

  synchronized boolean isEmpty() {
    return next == low && stragglers.isEmpty() && again.isEmpty();
  }

  /** All that wait for their confirmation, in order: a copy. */
  synchronized List<Outgoing> all() {
    List<Outgoing> all = new ArrayList<>(stragglers.values());
    for (long n = low; n < next; n++) {
      Outgoing o = ring[(int) n & mask];
      if (o != null) {
        all.add(o);
      }
    }
    all.addAll(again);
    return all;
  }

  private @Nullable Outgoing take(long n) {
    Outgoing o = ring[(int) n & mask];
    ring[(int) n & mask] = null;
    return o;
  }

  private void skip() {
    while (low < next && ring[(int) low & mask] == null) {
      low++;
    }
  }
}
