package io.postbus.driver.kafka;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One partition while it is this member's: its track, which is the keeper's, and its messages that
 * wait or are out with handlers, which {@link Held} guards.
 */
final class Lot {
  final TopicPartition partition;
  final String group;

  /** Of the keeper's thread. */
  Track track;

  /** Below it everything may have been handed out before, by a member that did not give it back. */
  long repeatedBelow;

  boolean paused;

  /** Whether there is something to commit. */
  boolean dirty;

  /** How many the last commit said are out. */
  int told;

  /** Guarded by {@link Held}. */
  boolean stopped;

  int out;

  private final Deque<Delivery> fresh = new ArrayDeque<>();
  private final TreeMap<Long, Delivery> again = new TreeMap<>();
  private final Delivery ring;

  Lot(TopicPartition partition, String group, Track track) {
    this.partition = partition;
    this.group = group;
    this.track = track;
    this.ring = Delivery.ring(this);
  }

  void add(List<Delivery> more) {
    fresh.addAll(more);
  }

  /** Back to its place: before all that is younger. */
  void putBack(Delivery d) {
    again.put(d.offset, d);
  }

  /** The oldest that waits, or null. */
  @Nullable Delivery next() {
    return again.isEmpty() ? fresh.poll() : again.pollFirstEntry().getValue();
  }

  int waiting() {
    return again.size() + fresh.size();
  }

  /** Takes out all that wait below the offset. */
  List<Delivery> drop(long below) {
    List<Delivery> dropped = new ArrayList<>(again.headMap(below).values());
    again.headMap(below).clear();
    while (!fresh.isEmpty() && fresh.element().offset < below) {
      dropped.add(fresh.remove());
    }
    return dropped;
  }

  /** Takes note of one that goes out. */
  void link(Delivery d) {
    d.before = ring.before;
    d.after = ring;
    ring.before.after = d;
    ring.before = d;
    out++;
  }

  void unlink(Delivery d) {
    if (d.before != d) {
      d.before.after = d.after;
      d.after.before = d.before;
      d.before = d;
      d.after = d;
      out--;
    }
  }

  /** Those that are out, the oldest first. */
  List<Delivery> allOut() {
    List<Delivery> all = new ArrayList<>(out);
    for (Delivery d = ring.after; d != ring; d = d.after) {
      all.add(d);
    }
    return all;
  }
}
