package io.postbus.driver.kafka;

import io.postbus.spi.Group;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Members of a group without an order share what they have fetched, though a partition is only one
 * member's: who is full and stays so says it, who is idle asks, and gets copies by the group's
 * inbox; once these are confirmed, the originals are finished. Of the keeper's thread.
 */
final class Sharing {
  private static final long FULL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long NEXT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final int MOST = 100;

  private final Keeper.Parts parts;
  private final Held held;
  private final Keeper keeper;
  private final String name;
  private final String subject;
  private final String inbox;
  private boolean full;
  private long fullSince;
  private long nextCall;
  private long interval = FIRST_NANOS;
  private int inboxPartition = -1;
  private final AtomicInteger onTheirWay = new AtomicInteger();

  Sharing(Keeper.Parts parts, Group group, Held held, Keeper keeper, String name) {
    this.parts = parts;
    this.held = held;
    this.keeper = keeper;
    this.name = parts.node() + "/" + name;
    this.subject = GroupControl.subject(group.name());
    this.inbox = parts.names().inbox(group.name());
  }

  void turn(Collection<Lot> lots) {
    inboxPartition = -1;
    for (Lot lot : lots) {
      if (lot.partition.topic().equals(inbox)) {
        inboxPartition = lot.partition.partition();
      }
    }
    long now = System.nanoTime();
    if (!isFull()) {
      full = false;
      interval = FIRST_NANOS;
    } else if (!full) {
      full = true;
      fullSince = now;
      nextCall = now;
    } else if (now - fullSince >= FULL_NANOS && now - nextCall >= 0) {
      nextCall = now + interval;
      interval = Math.min(LONGEST_NANOS, interval * 2);
      parts.signals().send(subject, "full " + name);
    }
  }

  private boolean isFull() {
    return held.out() >= held.limit() && held.waiting() > 0;
  }

  /** Another member says that it has more than it can hand out. */
  void heardFull(String who) {
    int room = Math.min(MOST, held.limit() - held.out());
    if (!who.equals(name) && inboxPartition >= 0 && room > 0 && held.waiting() == 0) {
      parts.signals().send(subject, "ask " + who + " " + room + " " + inboxPartition);
    }
  }

  /** Another member asks for so many. */
  void heardAsk(String whom, int room, int partition) {
    if (!whom.equals(name) || !isFull()) {
      return;
    }
    List<Delivery> given = held.giveAway(Math.min(room, MOST));
    // Somebody listens: who is idle now will soon be idle again.
    interval = FIRST_NANOS;
    nextCall = System.nanoTime() + NEXT_NANOS;
    KafkaSender sender = parts.sharer().get();
    onTheirWay.addAndGet(given.size());
    for (Delivery d : given) {
      var unused =
          sender
              .send(inbox, partition, d.message())
              .whenComplete(
                  (done, failure) -> {
                    if (failure == null) {
                      keeper.settled(d);
                    } else {
                      held.takeBack(d);
                    }
                    onTheirWay.decrementAndGet();
                  });
    }
  }

  /** Waits until all copies are confirmed or have failed, before their originals go away. */
  void await(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (onTheirWay.get() > 0
        && System.nanoTime() - deadline < 0
        && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(this, LOOK_NANOS);
    }
  }
}
