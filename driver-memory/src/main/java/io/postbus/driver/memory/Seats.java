package io.postbus.driver.memory;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The members of a group, the longest there first, and which of them wait for more. In a group with
 * an order only the first is handed anything. Guarded by the queue's lock.
 */
final class Seats {
  private final List<Seat> seats = new ArrayList<>();
  private boolean ordered;
  private int waiting;
  private int turn;

  void add(Seat seat) {
    seats.add(seat);
  }

  void remove(Seat seat) {
    stopWaiting(seat);
    seats.remove(seat);
    seat.left = true;
  }

  int size() {
    return seats.size();
  }

  List<Seat> all() {
    return List.copyOf(seats);
  }

  boolean isOrdered() {
    return ordered;
  }

  /** From now on only the first is active; there is no way back. */
  void keepOrder() {
    ordered = true;
  }

  boolean mayTake(Seat seat) {
    return (!ordered || seats.get(0) == seat) && !seat.consumer.hasToHear();
  }

  void startWaiting(Seat seat) {
    seat.waiting = true;
    waiting++;
  }

  void stopWaiting(Seat seat) {
    if (seat.waiting) {
      seat.waiting = false;
      waiting--;
    }
  }

  /** Wakes as many as could take what is ready, another one first each time. */
  void wake(int ready) {
    if (waiting == 0 || ready == 0) {
      return;
    }
    int left = ready;
    turn++;
    for (int i = 0; i < seats.size() && left > 0; i++) {
      Seat seat = seats.get(Math.floorMod(turn + i, seats.size()));
      if (seat.waiting && seat.room() > 0 && mayTake(seat)) {
        stopWaiting(seat);
        seat.consumer.signal();
        left--;
      }
    }
  }

  /**
   * Takes from its holders what has been held for too long, and tells them. With an order all of a
   * holder's goes and the next one is active, so that nothing overtakes.
   */
  List<Delivery> takeOverdue() {
    List<Delivery> gone = List.of();
    for (Seat seat : seats) {
      if (seat.isOverdue()) {
        List<Delivery> some = ordered ? seat.takeAll() : seat.takeOverdue();
        seat.revoke(some);
        gone = gone.isEmpty() ? some : concat(gone, some);
      }
    }
    if (ordered && !gone.isEmpty()) {
      Collections.rotate(seats, -1);
    }
    return gone;
  }

  private static List<Delivery> concat(List<Delivery> a, List<Delivery> b) {
    List<Delivery> all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }
}
