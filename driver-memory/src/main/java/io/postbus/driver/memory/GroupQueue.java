package io.postbus.driver.memory;

import io.postbus.message.Message;
import io.postbus.spi.Backlog;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A group on the broker: what it has before it and the members that compete for it. Thread-safe:
 * one lock guards it with its seats and deliveries, held for a batch at most.
 *
 * <p>Whenever something is ready, every waiting member that may take it has been woken, as far as
 * there is enough for each; a member that leaves its wait looks once more, so no wake-up is lost.
 */
final class GroupQueue {
  private static final AtomicLong CREATED = new AtomicLong();

  final String name;
  private final long number = CREATED.getAndIncrement();
  private final ReentrantLock lock = new ReentrantLock();
  private final Room room;
  private final Ready ready = new Ready();
  private final Seats seats = new Seats();
  private boolean full;
  private boolean gone;
  private int unsettled;
  private long published;

  GroupQueue(String name, Room room) {
    this.name = name;
    this.room = room;
  }

  /** Whoever locks several queues does so in the order of their numbers. */
  long number() {
    return number;
  }

  void lock() {
    lock.lock();
  }

  void unlock() {
    lock.unlock();
  }

  /** Whether it takes one more; remembers that somebody was turned away. The caller locks. */
  boolean hasRoom() {
    if (count() < room.capacity()) {
      return true;
    }
    if (!full) {
      full = true;
      room.filled(this, "The group " + name + " has its capacity of " + count() + " messages");
    }
    return false;
  }

  /** Takes a message whose footprint is reserved. The caller locks. */
  void add(Message message, int footprint) {
    if (gone) {
      room.release(footprint);
      return;
    }
    ready.add(new Delivery(this, message, footprint, published++));
    wake();
  }

  /** Lets the member in. */
  void join(Seat seat) {
    lock.lock();
    try {
      seats.add(seat);
    } finally {
      lock.unlock();
    }
  }

  /** Lets the member go; what it holds goes back, and is returned. */
  List<Delivery> leave(Seat seat) {
    lock.lock();
    try {
      seats.remove(seat);
      List<Delivery> back = seat.takeAll();
      putBack(back);
      wake();
      return back;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Hands out what there is.
   *
   * @param stay whether to be woken for more if there is nothing
   */
  List<Received> take(Seat seat, int max, boolean stay) {
    lock.lock();
    try {
      if (seat.left) {
        return List.of();
      }
      seats.stopWaiting(seat);
      takeBackOverdue();
      int n = seats.mayTake(seat) ? Math.min(Math.min(max, seat.room()), ready.size()) : 0;
      if (n > 0) {
        return handOut(seat, n);
      }
      if (stay && max > 0) {
        seats.startWaiting(seat);
      }
      wake();
      return List.of();
    } finally {
      lock.unlock();
    }
  }

  /** False if this member does not hold it, any more. */
  boolean settle(Delivery delivery, MemoryConsumer by, Settlement how) {
    lock.lock();
    try {
      Seat seat = delivery.holder;
      if (seat == null || seat.consumer != by) {
        return false;
      }
      if (seat.isOverdue(delivery)) {
        takeBackOverdue();
        return false;
      }
      seat.letGo(delivery);
      unsettled--;
      if (how == Settlement.ACK) {
        free(delivery.footprint);
      } else {
        ready.putBack(delivery.again());
      }
      wake();
      return true;
    } finally {
      lock.unlock();
    }
  }

  void resize(Seat seat, int limit) {
    lock.lock();
    try {
      seat.limit(limit);
      wake();
    } finally {
      lock.unlock();
    }
  }

  /** Takes back what any member has held for too long. */
  void expire() {
    lock.lock();
    try {
      takeBackOverdue();
    } finally {
      lock.unlock();
    }
  }

  /** Has one member active at a time from now on; false if some consume without an order. */
  boolean keepOrder() {
    lock.lock();
    try {
      if (seats.isOrdered() || seats.size() == 0) {
        seats.keepOrder();
        return true;
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  Backlog backlog() {
    lock.lock();
    try {
      return new Backlog(ready.size(), OptionalLong.of(unsettled), OptionalInt.of(seats.size()));
    } finally {
      lock.unlock();
    }
  }

  /** Drops what is ready. */
  long purge() {
    lock.lock();
    try {
      List<Delivery> dropped = ready.clear();
      dropped.forEach(d -> free(d.footprint));
      return dropped.size();
    } finally {
      lock.unlock();
    }
  }

  /** Drops everything for good; the members have left. */
  void dissolve() {
    lock.lock();
    try {
      gone = true;
      ready.clear().forEach(d -> free(d.footprint));
    } finally {
      lock.unlock();
    }
  }

  List<Seat> seats() {
    lock.lock();
    try {
      return seats.all();
    } finally {
      lock.unlock();
    }
  }

  private int count() {
    return ready.size() + unsettled;
  }

  private List<Received> handOut(Seat seat, int n) {
    List<Received> batch = new ArrayList<>(n);
    for (int i = 0; i < n; i++) {
      Delivery d = ready.next();
      if (d != null) {
        seat.hold(d);
        batch.add(d);
      }
    }
    unsettled += batch.size();
    return batch;
  }

  private void putBack(List<Delivery> back) {
    unsettled -= back.size();
    back.forEach(d -> ready.putBack(d.again()));
  }

  private void takeBackOverdue() {
    List<Delivery> back = seats.takeOverdue();
    if (!back.isEmpty()) {
      putBack(back);
      wake();
    }
  }

  private void free(int footprint) {
    room.release(footprint);
    if (full && count() <= room.capacity() - room.step()) {
      full = false;
      room.emptied(this);
    }
  }

  private void wake() {
    seats.wake(ready.size());
  }
}
