package io.postbus.driver.memory;

import io.postbus.spi.Received;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A member's place in a group: what it holds unsettled, oldest first, and whether it waits for
 * more. Guarded by the queue's lock.
 */
final class Seat {
  final MemoryConsumer consumer;
  final GroupQueue queue;
  private final InstantSource clock;
  private final @Nullable Duration maxHold;
  private int limit;
  private int held;
  private @Nullable Delivery first;
  private @Nullable Delivery last;

  /** Whether its poll waits to be woken. */
  boolean waiting;

  /** Whether the member has gone; its poll may not know yet. */
  boolean left;

  Seat(
      MemoryConsumer consumer,
      GroupQueue queue,
      InstantSource clock,
      Optional<Duration> maxHold,
      int limit) {
    this.consumer = consumer;
    this.queue = queue;
    this.clock = clock;
    this.maxHold = maxHold.orElse(null);
    this.limit = limit;
  }

  /** How many more it may hold. */
  int room() {
    return limit - held;
  }

  void limit(int n) {
    limit = n;
  }

  void hold(Delivery d) {
    d.holder = this;
    d.heldUntil = maxHold == null ? 0 : clock.millis() + maxHold.toMillis();
    d.previous = last;
    if (last == null) {
      first = d;
    } else {
      last.next = d;
    }
    last = d;
    held++;
  }

  void letGo(Delivery d) {
    if (d.previous == null) {
      first = d.next;
    } else {
      d.previous.next = d.next;
    }
    if (d.next == null) {
      last = d.previous;
    } else {
      d.next.previous = d.previous;
    }
    d.holder = null;
    d.previous = null;
    d.next = null;
    held--;
  }

  boolean isOverdue(Delivery d) {
    return maxHold != null && clock.millis() >= d.heldUntil;
  }

  /** Whether it has held something for too long: the oldest, if anything. */
  boolean isOverdue() {
    return first != null && isOverdue(first);
  }

  /** Takes away all that it has held for too long. */
  List<Delivery> takeOverdue() {
    List<Delivery> gone = new ArrayList<>();
    while (first != null && isOverdue(first)) {
      gone.add(first);
      letGo(first);
    }
    return gone;
  }

  /** Takes away all that it holds. */
  List<Delivery> takeAll() {
    List<Delivery> gone = new ArrayList<>(held);
    while (first != null) {
      gone.add(first);
      letGo(first);
    }
    return gone;
  }

  /** Tells the member that it has lost these, if any. */
  void revoke(List<Delivery> gone) {
    if (!gone.isEmpty()) {
      consumer.revoked(List.<Received>copyOf(gone), clock.instant());
    }
  }
}
